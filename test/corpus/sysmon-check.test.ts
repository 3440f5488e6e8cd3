import assert from "node:assert/strict";
import * as fs from "node:fs";
import { z } from "zod";
import {
    checkConfig,
    compileFilter,
    eventById,
    eventsByElement,
    readConfig,
    type Filter,
    type FilterableEvent,
    type Issue,
    type SysmonConfig,
} from "../../sysmon";
import { withoutDeadRules } from "../support/lintClaims";
import { describeShared, sharedPath } from "../support/shared";

const names = ["swift", "modular", "modular-excl", "modular-filedelete", "modular-mde", "modular-research"];

function bytesOf(name: string): Uint8Array {
    return fs.readFileSync(sharedPath("sysmon", "configs", `${name}.xml`));
}

function errorsOf(issues: readonly Issue[]): string[] {
    return issues.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

describeShared("what checkConfig says of public configurations", () => {
    for (const name of names) {
        it(`${name}: nothing that its own filter engine disproves`, () => {
            const xml = bytesOf(name);
            const { config } = readConfig(xml);
            assert.ok(config !== undefined);
            const issues = checkConfig(xml);
            const before = compileFilter(config);
            const after = compileFilter(withoutDeadRules(config, issues));
            const silent = new Set(
                issues.flatMap(({ code, message }) =>
                    code === "SM200" ? [/^Nothing of (\w+)/.exec(message)?.[1] ?? ""] : [],
                ),
            );
            for (const event of eventsMadeFor(config)) {
                const { logged } = before(event);
                assert.equal(after(event).logged, logged, JSON.stringify(event));
                const element = elementOf(event);
                if (silent.has(element)) assert.ok(!logged, JSON.stringify(event));
            }
        });
    }

    it("names the blind spots of SwiftOnSecurity's", () => {
        const issues = checkConfig(bytesOf("swift"), { needs: [{ name: "tampering", eventId: 25 }] });
        const errors = errorsOf(issues);
        // ProcessAccess: an include without rules.
        assert.ok(errors.some((message) => message.startsWith("Nothing of ProcessAccess is ever logged: the include")));
        // CreateRemoteThread: LoadLibrary's threads are excluded.
        assert.ok(issues.some(({ code, message }) => code === "SM233" && message.includes("kernel32.dll")));
        // Events that came after it.
        const absent = issues.find(({ code }) => code === "SM262")?.message ?? "";
        assert.match(absent, /ProcessTampering \(25\)/);
        assert.match(absent, /FileExecutableDetected \(29, from schema version 4\.90\)/);
        assert.ok(issues.some(({ code, message }) => code === "SM250" && message.includes("tampering")));
    });

    it("finds the masks with leading zeros and the spaces in lists of sysmon-modular", () => {
        const issues = checkConfig(bytesOf("modular"));
        const messages = (code: string): string[] =>
            issues.filter((issue) => issue.code === code).map(({ message }) => message);
        assert.ok(
            messages("SM201").some((message) => message.includes('"0x0800"') && message.endsWith("Write 0x800.")),
        );
        assert.ok(messages("SM207").length > 0);
        // Includes and excludes of ProcessAccess beside one another.
        assert.ok(messages("SM213").some((message) => message.startsWith("ProcessAccess has 2 blocks")));
    });
});

const article = z.object({
    variants: z.record(
        z.string(),
        z.object({ eventFilteringXml: z.string(), loggedAs: z.record(z.string(), z.string()) }),
    ),
});

describeShared("what checkConfig says of the article of 2017", () => {
    const { variants } = article.parse(JSON.parse(fs.readFileSync(sharedPath("sysmon", "blog-2017.json"), "utf8")));
    for (const [name, { eventFilteringXml, loggedAs }] of Object.entries(variants)) {
        for (const [version, logged] of Object.entries(loggedAs)) {
            it(`${name} at ${version}: ${logged === "nothing" ? "nothing is ever logged" : `logs ${logged}`}`, () => {
                const xml = `<Sysmon schemaversion="${version}"><EventFiltering>${eventFilteringXml}</EventFiltering></Sysmon>`;
                const errors = errorsOf(checkConfig(xml)).filter((message) =>
                    message.startsWith("Nothing of ProcessAccess"),
                );
                assert.equal(errors.length, logged === "nothing" ? 1 : 0);
            });
        }
    }
});

/** Events made for each filter of a configuration: its texts in its field, with what other filters look for beside. */
function* eventsMadeFor(config: SysmonConfig): Generator<FilterableEvent> {
    for (const block of config.blocks) {
        for (const item of block.items) {
            const filters = item.kind === "filter" ? [item] : item.filters;
            const whole = Object.fromEntries(filters.map((filter) => [filter.field, textsOf(filter)[0] ?? ""]));
            for (const event of eventsByElement(block.element)) {
                for (const filter of filters) {
                    for (const text of textsOf(filter)) {
                        yield { id: event.id, fields: { ...usual, ...whole, [filter.field]: text } };
                    }
                }
            }
        }
    }
}

const usual = {
    SourceImage: "C:\\Windows\\System32\\q.exe",
    Image: "C:\\q.exe",
    SourcePort: "1",
    DestinationPort: "1",
};

/** Texts that a filter may match: its value or items, bare and inside a path. */
function textsOf({ condition, value }: Filter): string[] {
    const items = / (?:any|all)$/.test(condition) ? [...value.split(";"), value.replaceAll(";", "")] : [value];
    return items.flatMap((item) => [item, `C:\\x\\${item}`, `C:\\x\\${item}\\y.exe`]);
}

function elementOf({ id }: FilterableEvent): string {
    return eventById(id)?.element ?? "";
}
