import type { SysmonConfig } from "../config";
import { issueAt, type Issue } from "../issue";
import { positionOf, type EventReading } from "./alternatives";

/** Elements whose rules make the sensor prevent what programs do, and what it prevents. */
const blocking: ReadonlyMap<string, string> = new Map([
    ["FileBlockExecutable", "deletes executable files as they are written"],
    ["FileBlockShredding", "stops programs that overwrite files"],
]);

/** Rules with which the sensor does more than to log. `isLogged`: whether the event can be logged at all. */
export function* sensorFindings(reading: EventReading, isLogged: boolean): Generator<Issue> {
    const [block] = reading.blocks;
    const effect = blocking.get(reading.element);
    if (block === undefined || !isLogged) return;
    if (effect !== undefined) {
        yield issueAt(
            "SM241",
            positionOf(block.source),
            `With rules for ${reading.element} the sensor ${effect}: updates and programs can break on it. Try the rules on few machines first, or log without blocking (FileExecutableDetected, FileDeleteDetected).`,
        );
    }
    if (reading.element === "FileDelete") {
        yield issueAt(
            "SM240",
            positionOf(block.source),
            `The sensor keeps a copy of every deleted file that FileDelete logs, in the archive directory, and never removes one: the disk can fill up. Use FileDeleteDetected to log without copies, or clear the directory.`,
        );
    }
}

/** Options that keep copies. */
export function* archivingOptions(config: SysmonConfig): Generator<Issue> {
    for (const option of config.options) {
        if (/^(?:false|0)$/i.test(option.value.trim())) continue;
        const isClipboard = option.name === "CaptureClipboard";
        if (!isClipboard && !option.name.startsWith("CopyOnDelete")) continue;
        const what = isClipboard ? "what is copied to the clipboard, passwords too," : "deleted files";
        const instead = isClipboard ? "" : ", or log deletions without copies (FileDeleteDetected)";
        yield issueAt(
            "SM240",
            positionOf(option),
            `With ${option.name} the sensor keeps ${what} in the archive directory and never removes anything: the disk can fill up. Clear the directory${instead}.`,
        );
    }
}
