import { checks, type Finding } from "../live/preflight/finding";
import type { Colors } from "./output";

const widestCheck = Math.max(...checks.map((check) => check.length));

/**
 * Findings for a person: problems one by one, errors first, each with what to do; what is fine as a count; whether
 * `pulumi up` can come.
 */
export function preflightReport(findings: readonly Finding[], { dim, green, red, yellow }: Colors): string {
    const of = (wanted: Finding["severity"]): Finding[] => findings.filter(({ severity }) => severity === wanted);
    const errors = of("error");
    const warnings = of("warning");
    const subjects = Math.max(0, ...[...errors, ...warnings].map(({ subject }) => shortSubject(subject).length));
    const row = (mark: string, { check, subject, message, advice }: Finding): string[] => [
        `${mark}  ${check.padEnd(widestCheck)}  ${shortSubject(subject).padEnd(subjects)}  ${message}`,
        `         ${dim(advice)}`,
    ];
    const fine = checks.flatMap((check) => {
        const count = of("ok").filter((finding) => finding.check === check).length;
        return count === 0 ? [] : [`${check} ${count}`];
    });
    return [
        ...errors.flatMap((finding) => row(red("error  "), finding)),
        ...warnings.flatMap((finding) => row(yellow("warning"), finding)),
        ...(fine.length > 0 ? [`${green("ok     ")}  ${fine.join(", ")}`] : []),
        `${errors.length === 0 ? "Ready" : "Not ready"} for pulumi up. Errors: ${errors.length}, warnings: ${warnings.length}.`,
    ].join("\n");
}

/** A resource by its group and name, which is what people know it by. */
function shortSubject(subject: string): string {
    const [, group, name] = /\/resourceGroups\/([^/]+)\/providers\/.*\/([^/]+)$/i.exec(subject) ?? [];
    return group === undefined || name === undefined ? subject : `${group}/${name}`;
}
