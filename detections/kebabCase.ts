/** Form of the names of folders that detections and hunting queries are known by, such as `svchost-thread-kill`. */
export const kebabCase = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
