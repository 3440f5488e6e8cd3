"use strict";
// What `node --build-snapshot` runs: it loads the parser of KQL from the scripts that it is given, in order, and has it
// build its grammar. A process that starts from the snapshot begins at the main function below.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const { startupSnapshot } = require("node:v8");
const vm = require("node:vm");

for (const file of process.argv.slice(2)) vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });

// Grammar and binder come to be on first use. These make what nearly every query needs of them.
const { KustoCode, GlobalState } = globalThis.Kusto.Language;
const queries = [
    `datatable(EventID: long, EventData: string, TimeGenerated: datetime)[10, "<Data>", datetime(2017-01-01)]
    | where EventID == 10 and EventData has "lsass" and TimeGenerated > ago(1d)
    | parse EventData with * '<Data Name="SourceImage">' SourceImage '<' *
    | extend Path = extract("a(b)", 1, SourceImage), Xml = parse_xml(EventData)
    | mv-expand Xml
    | join kind=leftouter (range EventID from 1 to 3 step 1) on EventID
    | summarize count() by SourceImage, bin(EventID, 1)
    | top 3 by count_`,
    `let f = (a: long) { a + 1 }; union isfuzzy=true (print b = f(1)) | project b | sort by b desc | take 1`,
];
for (const query of queries) KustoCode.ParseAndAnalyze(query, GlobalState.Default).GetDiagnostics();

startupSnapshot.setDeserializeMainFunction(() => {
    const [script] = process.argv.splice(1, 1);
    // A trial: the snapshot loads.
    if (script === undefined) return;
    // Tells that it did; from here on all is as in a process that was started without a snapshot.
    fs.writeSync(3, "started");
    fs.closeSync(3);
    process.execArgv.splice(0);
    createRequire(script)(script);
});
