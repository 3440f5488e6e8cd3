import assert from "node:assert/strict";
import * as fs from "node:fs";
import { z } from "zod";
import { conditions, conditionSince, eventsAtVersion, latestEvents, options, schemaReleases } from "../../sysmon";
import { describeShared, sharedPath } from "../support/shared";

const published = z.object({
    versions: z.array(
        z.object({
            schemaVersion: z.coerce.number(),
            binaryVersion: z.string(),
            conditions: z.array(z.string()),
            options: z.array(z.object({ name: z.string(), argument: z.string() })),
            events: z.array(
                z.object({
                    id: z.number(),
                    title: z.string(),
                    element: z.string().nullable(),
                    fields: z.array(z.tuple([z.string(), z.string()])),
                }),
            ),
        }),
    ),
});

describeShared("the schema, held against the published one", () => {
    const { versions } = published.parse(JSON.parse(fs.readFileSync(sharedPath("sysmon", "schema.json"), "utf8")));

    it("has the same versions", () => {
        assert.deepEqual(
            schemaReleases.map(({ version, sysmon }) => [version, sysmon]),
            versions.map(({ schemaVersion, binaryVersion }) => [schemaVersion, binaryVersion]).reverse(),
        );
    });

    it("has the headings of the newest version", () => {
        const headings = (events: readonly (readonly [number, string])[]): unknown => Object.fromEntries(events);
        assert.deepEqual(
            headings(latestEvents.map(({ id, heading }) => [id, heading])),
            headings((versions[0]?.events ?? []).map(({ id, title }) => [id, title])),
        );
    });

    for (const release of versions) {
        const version = release.schemaVersion;
        describe(`version ${version}`, () => {
            it("has the same events and fields", () => {
                const ours = eventsAtVersion(version).map(({ id, element, fields }) => ({
                    id,
                    element,
                    fields: fields.map(({ name, type }) => [name, type]),
                }));
                const theirs = release.events.map(({ id, element, fields }) => ({
                    id,
                    element,
                    fields: fields.map(([name, type]) => [name, type.replace(":PID", "")]),
                }));
                // Schema 3.20 had some fields in another order, which no sensor of today reads.
                const inOrder = (events: typeof ours): typeof ours =>
                    version < 4 ? events.map((event) => ({ ...event, fields: [...event.fields].sort() })) : events;
                assert.deepEqual(
                    inOrder(ours),
                    inOrder(theirs).sort((a, b) => a.id - b.id),
                );
            });

            it("has the same conditions", () => {
                const ours = conditions.filter((condition) => conditionSince(condition) <= version);
                assert.deepEqual([...ours].sort(), [...release.conditions].sort());
            });

            it("has the same options", () => {
                const ours = options.filter(({ since, until }) => since <= version && version <= (until ?? Infinity));
                const pairs = (list: readonly { name: string; argument: string }[]): string[] =>
                    list.map(({ name, argument }) => `${name} ${argument}`).sort();
                assert.deepEqual(pairs(ours), pairs(release.options));
            });
        });
    }
});
