/** The policy pack: `pulumi preview --policy-pack policies`. */
import { PolicyPack } from "@pulumi/policy";
import { alertRuleIsHeard } from "./alertRules";
import { sensorSecretsProtected } from "./sensorSecrets";
import { sysmonConfigCanBeJudged, sysmonConfigFeedsDetections } from "./sysmonConfig";

new PolicyPack("sysmon-azure", {
    policies: [sensorSecretsProtected, alertRuleIsHeard, sysmonConfigFeedsDetections, sysmonConfigCanBeJudged],
});
