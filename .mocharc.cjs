// Suites named *.slow.test.ts take minutes or need tools of their own; CI always runs them.
const slow = process.env.CI === "true" || process.env.SLOW === "true";
module.exports = {
    "node-option": ["import=tsx"],
    spec: ["test/**/*.test.ts"],
    ignore: slow ? [] : ["test/**/*.slow.test.ts"],
    timeout: 60000,
    reporter: "dot",
};
