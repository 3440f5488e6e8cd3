import { ActionGroup as AzureActionGroup } from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { alertRuleLimits, isGuid, nameProblem } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A mailbox that is told of alerts. Azure asks a new address to confirm within 30 minutes. */
export interface EmailReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. The address. */
    address: string;
}

/** A telephone that is told of alerts, by text message or by voice. */
export interface PhoneReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Country code, digits alone, such as `49`. */
    countryCode: string;
    /** Required. Number without country code and leading zero, digits alone. */
    phoneNumber: string;
}

/** The Azure mobile app of an account, which is told of alerts. */
export interface AppPushReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Address that the account signs in with. */
    address: string;
}

/** A web hook that is told of alerts, in the common alert schema. */
export interface WebhookReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. The address that is called, `https://…`; kept as a secret, since it often carries a token. */
    uri: pulumi.Input<string>;
}

/** Everybody who has a role on the subscription, by mail. */
export interface RoleReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. GUID of the built-in role, such as that of Owner. */
    roleId: string;
}

/** A Logic App that is started by an alert. */
export interface LogicAppReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Resource id of the Logic App. */
    resourceId: string;
    /** Required. Address of its HTTP trigger; kept as a secret, since it carries a signature. */
    callbackUrl: pulumi.Input<string>;
}

/** A function of Azure Functions that is called with an alert. */
export interface FunctionReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Resource id of the function app. */
    functionAppResourceId: string;
    /** Required. Name of the function. */
    functionName: string;
    /** Required. Address of its HTTP trigger; kept as a secret, since it carries a key. */
    httpTriggerUrl: pulumi.Input<string>;
}

/** A runbook of Azure Automation that is started by an alert. */
export interface RunbookReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Resource id of the Automation account. */
    automationAccountId: string;
    /** Required. Name of the runbook. */
    runbookName: string;
    /** Required. Resource id of the runbook's web hook. */
    webhookResourceId: string;
    /** Required. Address of the web hook; kept as a secret, since it carries a token. */
    serviceUri: pulumi.Input<string>;
}

/** An event hub that takes alerts. */
export interface EventHubReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. GUID of the event hub's subscription. */
    subscriptionId: string;
    /** Required. Namespace of the event hub. */
    eventHubNameSpace: string;
    /** Required. Name of the event hub. */
    eventHubName: string;
}

/** A connection to a system of IT service management, which opens a ticket. */
export interface ItsmReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. Id of the connection, `<workspace GUID>|<connection GUID>`. */
    connectionId: string;
    /** Required. Azure region of the connection's workspace. */
    region: string;
    /** Required. What a ticket holds, as JSON text. */
    ticketConfiguration: string;
    /** Required. GUID of the connection's workspace. */
    workspaceId: string;
}

/** Arguments of ActionGroup. At least one receiver is needed. */
export interface ActionGroupArgs {
    /** Required. Resource group of the action group. */
    resourceGroupName: pulumi.Input<string>;
    /** Optional. Name of the action group, 1 to 260 characters. Defaults to `ag-` and the component's name. */
    actionGroupName?: string;
    /** Optional. Sender that mails and messages show, 1 to 12 characters. Defaults to `sysmon`. */
    shortName?: string;
    /** Optional. Mailboxes to tell. Defaults to none. */
    emailReceivers?: EmailReceiverArgs[];
    /** Optional. Telephones to send a text message to. Defaults to none. */
    smsReceivers?: PhoneReceiverArgs[];
    /** Optional. Telephones to call. Defaults to none. */
    voiceReceivers?: PhoneReceiverArgs[];
    /** Optional. Accounts to tell in the Azure mobile app. Defaults to none. */
    appPushReceivers?: AppPushReceiverArgs[];
    /** Optional. Web hooks to call. Defaults to none. */
    webhookReceivers?: WebhookReceiverArgs[];
    /** Optional. Roles whose holders to tell by mail. Defaults to none. */
    roleReceivers?: RoleReceiverArgs[];
    /** Optional. Logic Apps to start. Defaults to none. */
    logicAppReceivers?: LogicAppReceiverArgs[];
    /** Optional. Functions to call. Defaults to none. */
    functionReceivers?: FunctionReceiverArgs[];
    /** Optional. Runbooks to start. Defaults to none. */
    runbookReceivers?: RunbookReceiverArgs[];
    /** Optional. Event hubs to send alerts to. Defaults to none. */
    eventHubReceivers?: EventHubReceiverArgs[];
    /** Optional. Ticket systems to tell. Defaults to none. */
    itsmReceivers?: ItsmReceiverArgs[];
    /** Optional. Tags of the action group. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Most receivers of each kind (source: Azure Monitor service limits, action groups). */
const receiverLimits = {
    emailReceivers: 1_000,
    smsReceivers: 10,
    voiceReceivers: 10,
    appPushReceivers: 10,
    webhookReceivers: 10,
    roleReceivers: 10,
    logicAppReceivers: 10,
    functionReceivers: 10,
    runbookReceivers: 10,
    eventHubReceivers: 10,
    itsmReceivers: 10,
} as const;

/** A list of receivers among the arguments. */
type ReceiverList = keyof typeof receiverLimits;

const receiverLists: readonly ReceiverList[] = Object.keys(receiverLimits).filter((key): key is ReceiverList =>
    Object.hasOwn(receiverLimits, key),
);

/** Who is told of alerts, and what is started by them: every receiver gets the common alert schema. */
export class ActionGroup extends pulumi.ComponentResource {
    /** Resource id of the action group. */
    public readonly actionGroupId: pulumi.Output<string>;

    constructor(name: string, args: ActionGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:ActionGroup", name, {}, opts);
        check(name, args);
        const common = { useCommonAlertSchema: true };
        const group = new AzureActionGroup(
            name,
            {
                resourceGroupName: args.resourceGroupName,
                actionGroupName: args.actionGroupName ?? `ag-${name}`,
                groupShortName: args.shortName ?? "sysmon",
                location: "Global",
                enabled: true,
                emailReceivers: args.emailReceivers?.map(({ name: receiver, address }) => ({
                    name: receiver,
                    emailAddress: address,
                    ...common,
                })),
                smsReceivers: args.smsReceivers,
                voiceReceivers: args.voiceReceivers,
                azureAppPushReceivers: args.appPushReceivers?.map(({ name: receiver, address }) => ({
                    name: receiver,
                    emailAddress: address,
                })),
                webhookReceivers: args.webhookReceivers?.map(({ name: receiver, uri }) => ({
                    name: receiver,
                    serviceUri: pulumi.secret(uri),
                    ...common,
                })),
                armRoleReceivers: args.roleReceivers?.map((receiver) => ({ ...receiver, ...common })),
                logicAppReceivers: args.logicAppReceivers?.map((receiver) => ({
                    ...receiver,
                    callbackUrl: pulumi.secret(receiver.callbackUrl),
                    ...common,
                })),
                azureFunctionReceivers: args.functionReceivers?.map((receiver) => ({
                    ...receiver,
                    httpTriggerUrl: pulumi.secret(receiver.httpTriggerUrl),
                    ...common,
                })),
                automationRunbookReceivers: args.runbookReceivers?.map((receiver) => ({
                    ...receiver,
                    serviceUri: pulumi.secret(receiver.serviceUri),
                    isGlobalRunbook: false,
                    ...common,
                })),
                eventHubReceivers: args.eventHubReceivers?.map((receiver) => ({ ...receiver, ...common })),
                itsmReceivers: args.itsmReceivers,
                tags: args.tags,
            },
            {
                parent: this,
                dependsOn: opts?.dependsOn,
                additionalSecretOutputs: [
                    "webhookReceivers",
                    "logicAppReceivers",
                    "azureFunctionReceivers",
                    "automationRunbookReceivers",
                ],
            },
        );
        this.actionGroupId = group.id;
        this.registerOutputs({ actionGroupId: this.actionGroupId });
    }
}

function check(name: string, args: ActionGroupArgs): void {
    const problems = new ArgumentProblems();
    const { shortName = "sysmon", actionGroupName = `ag-${name}` } = args;
    const { groupShortNameLength } = alertRuleLimits;
    problems.addIf("actionGroupName", nameProblem("actionGroup", actionGroupName));
    if (shortName === "" || shortName.length > groupShortNameLength)
        problems.add("shortName", `"${shortName}" is refused; accepted are 1 to ${groupShortNameLength} characters`);
    checkReceivers(args, problems);
    args.emailReceivers?.forEach((receiver, index) => checkMail(`emailReceivers[${index}]`, receiver, problems));
    args.appPushReceivers?.forEach((receiver, index) => checkMail(`appPushReceivers[${index}]`, receiver, problems));
    args.smsReceivers?.forEach((receiver, index) => checkPhone(`smsReceivers[${index}]`, receiver, problems));
    args.voiceReceivers?.forEach((receiver, index) => checkPhone(`voiceReceivers[${index}]`, receiver, problems));
    args.webhookReceivers?.forEach(({ uri }, index) => checkAddress(`webhookReceivers[${index}].uri`, uri, problems));
    args.logicAppReceivers?.forEach(({ callbackUrl }, index) =>
        checkAddress(`logicAppReceivers[${index}].callbackUrl`, callbackUrl, problems),
    );
    args.functionReceivers?.forEach(({ httpTriggerUrl }, index) =>
        checkAddress(`functionReceivers[${index}].httpTriggerUrl`, httpTriggerUrl, problems),
    );
    args.runbookReceivers?.forEach(({ serviceUri }, index) =>
        checkAddress(`runbookReceivers[${index}].serviceUri`, serviceUri, problems),
    );
    args.roleReceivers?.forEach(({ roleId }, index) => checkGuid(`roleReceivers[${index}].roleId`, roleId, problems));
    args.eventHubReceivers?.forEach(({ subscriptionId }, index) =>
        checkGuid(`eventHubReceivers[${index}].subscriptionId`, subscriptionId, problems),
    );
    if (problems.found) throw problems.toError("ActionGroup", name);
}

/** Names of all receivers together, and the number of each kind. */
function checkReceivers(args: ActionGroupArgs, problems: ArgumentProblems): void {
    const names = new Set<string>();
    for (const list of receiverLists) {
        const receivers = args[list] ?? [];
        const most = receiverLimits[list];
        if (receivers.length > most)
            problems.add(list, `has ${receivers.length} receivers, at most ${most} are accepted`);
        receivers.forEach(({ name }, index) => {
            if (name.trim() === "") problems.add(`${list}[${index}].name`, "is empty; a receiver needs a name");
            if (names.has(name.toLowerCase()))
                problems.add(`${list}[${index}].name`, `"${name}" is another receiver's name too`);
            names.add(name.toLowerCase());
        });
    }
    if (names.size === 0) problems.add("emailReceivers", "is missing, so alerts would reach nobody; give a receiver");
}

function checkMail(path: string, { address }: { address: string }, problems: ArgumentProblems): void {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) problems.add(`${path}.address`, `"${address}" is no mail address`);
}

function checkPhone(path: string, { countryCode, phoneNumber }: PhoneReceiverArgs, problems: ArgumentProblems): void {
    if (!/^\d{1,4}$/.test(countryCode))
        problems.add(`${path}.countryCode`, `"${countryCode}" is refused; accepted are 1 to 4 digits, without + or 00`);
    if (!/^\d{4,15}$/.test(phoneNumber))
        problems.add(`${path}.phoneNumber`, `"${phoneNumber}" is refused; accepted are 4 to 15 digits`);
}

/** The address may carry a token: it is not repeated. */
function checkAddress(path: string, address: pulumi.Input<string>, problems: ArgumentProblems): void {
    if (typeof address !== "string") return;
    if (!URL.canParse(address) || new URL(address).protocol !== "https:")
        problems.add(path, "is no address; accepted are https://…");
}

function checkGuid(path: string, text: string, problems: ArgumentProblems): void {
    if (!isGuid(text)) problems.add(path, `"${text}" is no GUID`);
}
