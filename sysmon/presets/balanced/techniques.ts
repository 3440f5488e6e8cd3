/** ATT&CK techniques that rules of the preset are named after. */
const techniques = {
    "T1003.001": "LSASS Memory",
    T1055: "Process Injection",
    "T1059.001": "PowerShell",
    T1068: "Exploitation for Privilege Escalation",
    "T1070.001": "Clear Windows Event Logs",
    "T1070.006": "Timestomp",
    T1106: "Native API",
    T1112: "Modify Registry",
    T1134: "Access Token Manipulation",
    "T1134.001": "Token Impersonation/Theft",
    "T1134.004": "Parent PID Spoofing",
    "T1543.003": "Windows Service",
    "T1546.012": "Image File Execution Options Injection",
    "T1553.006": "Code Signing Policy Modification",
    T1559: "Inter-Process Communication",
    "T1562.001": "Disable or Modify Tools",
    "T1562.002": "Disable Windows Event Logging",
    "T1562.006": "Indicator Blocking",
    T1574: "Hijack Execution Flow",
    T1620: "Reflective Code Loading",
} as const;

/** Rule name after a technique, in the form that public configurations use: `technique_id=…,technique_name=…`. */
export function technique(id: keyof typeof techniques): string {
    return `technique_id=${id},technique_name=${techniques[id]}`;
}
