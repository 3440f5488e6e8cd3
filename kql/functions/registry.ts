import { arrayFunctions } from "./arrays";
import { bagKeyFunctions } from "./bagKeys";
import type { ScalarFunction } from "./call";
import { chanceFunctions } from "./chance";
import { conditionFunctions } from "./conditions";
import { conversionFunctions } from "./conversions";
import { encodingFunctions } from "./encodings";
import { geographyFunctions } from "./geography";
import { hashFunctions } from "./hashes";
import { neighborFunctions } from "./neighbors";
import { networkFunctions } from "./network";
import { numberFunctions } from "./numbers";
import { pathFunctions } from "./paths";
import { patternFunctions } from "./patterns";
import { seriesFunctions } from "./series";
import { seriesFillFunctions } from "./seriesFill";
import { textFunctions } from "./texts";
import { timeFunctions } from "./times";

const functions: ReadonlyMap<string, ScalarFunction> = new Map(
    [
        arrayFunctions,
        bagKeyFunctions,
        chanceFunctions,
        conditionFunctions,
        conversionFunctions,
        encodingFunctions,
        geographyFunctions,
        hashFunctions,
        neighborFunctions,
        networkFunctions,
        numberFunctions,
        pathFunctions,
        patternFunctions,
        seriesFunctions,
        seriesFillFunctions,
        textFunctions,
        timeFunctions,
    ].flatMap((family) => Object.entries(family)),
);

/** The built-in function of this name that gives a value. */
export function findFunction(name: string): ScalarFunction | undefined {
    return functions.get(name);
}
