import { federatedSubjectIsExact, rolesAreNarrow } from "./access";
import { alertQueryIsValid } from "./alertQueries";
import { alertRuleIsHeard, alertScheduleIsLegal } from "./alertRules";
import { filledStoreTakesKeys, storeIsPrivate, storeTakesNoKeys } from "./artifactStore";
import { collectionIsInRegion, collectionQueryIsValid, sysmonChannelIsCollected, tableCanRing } from "./collection";
import { costIsInBudget } from "./cost";
import { regionIsAllowed, resourceIsNamedAndTagged, statefulIsProtected } from "./housekeeping";
import { highDetectionsAreKept } from "./keptDetections";
import type { Policy } from "./policy";
import { sensorBinaryIsTrusted } from "./sensorBinary";
import { sensorSecretsProtected } from "./sensorSecrets";
import { sysmonConfigFeedsDetections, sysmonConfigIsAccepted } from "./sysmonConfig";
import { sensorIsCollected, silenceIsNoticed } from "./watchedSensors";
import { capIsNoticed, workspaceKeepsData, workspaceTakesNoKeys } from "./workspace";

/** Every policy of the pack: sensor, collection, detection, access, and what holds for all. */
export const policies: readonly Policy[] = [
    sensorBinaryIsTrusted,
    sensorSecretsProtected,
    sysmonConfigIsAccepted,
    sysmonConfigFeedsDetections,
    storeIsPrivate,
    storeTakesNoKeys,
    filledStoreTakesKeys,
    sensorIsCollected,
    silenceIsNoticed,

    sysmonChannelIsCollected,
    collectionQueryIsValid,
    collectionIsInRegion,
    workspaceKeepsData,
    workspaceTakesNoKeys,
    capIsNoticed,
    tableCanRing,

    alertQueryIsValid,
    alertScheduleIsLegal,
    alertRuleIsHeard,
    highDetectionsAreKept,

    federatedSubjectIsExact,
    rolesAreNarrow,

    resourceIsNamedAndTagged,
    statefulIsProtected,
    regionIsAllowed,
    costIsInBudget,
];
