// Suites named *.slow.test.ts take minutes or need tools of their own; CI always runs them.
const slow = process.env.CI === "true" || process.argv.some((argument) => argument.includes(".slow."));
module.exports = {
    "node-option": ["import=tsx"],
    ignore: slow ? [] : ["test/**/*.slow.test.ts"],
    require: ["./test/support/ownCoverage.cjs"],
    timeout: 180000,
    reporter: "test/support/reporter.cjs",
};
