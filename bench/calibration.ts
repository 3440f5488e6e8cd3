import type { Race } from "./benchmark";

/** 87 characters, as long as paths of installed programs are. */
const folder = "C:\\Program Files\\WindowsApps\\Contoso.PackageInstaller_8wekyb3d8bbwe\\Tools\\x64\\Installer";
const paths = Array.from({ length: 1000 }, (_, index) => `${folder}${String(index).padStart(3, "0")}`);
const parts = ["\\temp\\", "\\users\\public\\", "\\windows\\system32\\", "installer.dll"];

/**
 * How fast this machine is at what filters do, to compare figures of two machines: a path of 90 characters is put in
 * lower case and searched for four texts that it does not hold.
 */
export const calibration: Race = {
    kind: "race",
    title: "calibration: a path of 90 characters in lower case, searched for 4 texts",
    unit: "paths",
    baseline: "this machine",
    contenders: [
        {
            name: "this machine",
            run: () => {
                let found = 0;
                for (const text of paths) {
                    const lower = text.toLowerCase();
                    for (const part of parts) if (lower.includes(part)) found++;
                }
                if (found > 0) throw new Error("the texts of the calibration must not be found");
                return paths.length;
            },
        },
    ],
};
