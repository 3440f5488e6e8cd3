import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../azure";

/** Problems of a component's arguments, collected so that one error names them all before any child exists. */
export class ArgumentProblems {
    private readonly details: pulumi.InputPropertyErrorDetails[] = [];

    /** Notes that the argument at `propertyPath` (such as `rules[2].severity`) is wrong for `reason`. */
    add(propertyPath: string, reason: string): void {
        this.details.push({ propertyPath, reason });
    }

    /** Notes the problems of the argument at `propertyPath`, each below that path. */
    addAll(propertyPath: string, problems: Iterable<Problem>): void {
        for (const { field, reason } of problems) {
            const separator = field === "" || field.startsWith("[") ? "" : ".";
            this.add(`${propertyPath}${separator}${field}`, reason);
        }
    }

    /** Notes `reason` at `propertyPath` where there is one. */
    addIf(propertyPath: string, reason: string | undefined): void {
        if (reason !== undefined) this.add(propertyPath, reason);
    }

    /** Notes the argument at `propertyPath` unless its value is one of `accepted`; callers without types get here. */
    addUnlessOneOf(propertyPath: string, value: string, accepted: readonly string[]): void {
        if (!accepted.includes(value))
            this.add(propertyPath, `"${value}" is unknown; accepted are ${accepted.join(", ")}`);
    }

    /** Whether a problem was noted. */
    get found(): boolean {
        return this.details.length > 0;
    }

    /**
     * The error that names every problem noted.
     *
     * @param component Name of the component's class, for the message.
     * @param name Logical name of the component's instance, for the message.
     */
    toError(component: string, name: string): pulumi.InputPropertiesError {
        // The engine prints the message and a stack before it prints the details, so the lines stand in the message.
        const lines = this.details.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
        const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
        return new pulumi.InputPropertiesError({
            message: [`${component} "${name}" cannot be created, ${count} in its arguments:`, ...lines].join("\n"),
            errors: this.details,
        });
    }
}
