import { installerArguments } from "./installerArguments";
import { binaryFileName, blobName, configFileName, installerFileName, type PayloadReference } from "./payload";
import { literalPattern, readLiteral, writeLiteral } from "./powershellLiteral";
import { normalizeSource, type InstallOptions, type SysmonSource } from "./source";

/** The machine's own identity. */
export interface SystemIdentity {
    readonly kind: "system";
}

/** A user-assigned identity that is on the machine. */
export interface UserIdentity {
    readonly kind: "user";
    /** Full resource id of the identity. */
    readonly resourceId: string;
}

/** What kind of machine it is and with which identity it fetches. Arc machines have none but their own. */
export type BootstrapMachine =
    | { readonly platform: "azure"; readonly identity: SystemIdentity | UserIdentity }
    | { readonly platform: "arc"; readonly identity: SystemIdentity };

/** What the command of a Custom Script Extension is made of. */
export type BootstrapRequest = BootstrapMachine & {
    /** Address of the blob container, `https://<account>.blob.core.windows.net/<container>`, without a signature. */
    readonly containerUrl: string;
    /** The files to fetch, as `payloadFiles` names them. */
    readonly files: readonly PayloadReference[];
    readonly source: SysmonSource;
    readonly install: InstallOptions;
};

/** A file that a planned command fetches. */
export interface BootstrapFile extends PayloadReference {
    /** Address it is fetched from. */
    readonly url: string;
}

/** Longest command line of cmd.exe, which the extension runs the command through (Microsoft KB 830473). */
export const longestCommand = 8191;

const prefix = `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "`;

/**
 * The `commandToExecute` of a Custom Script Extension: fetches the payload with the machine's identity, compares each
 * file with the SHA-256 that stands in the command, runs the installer and ends with its exit code.
 *
 * Plain text in double quotes with none inside, so that cmd.exe and the state see one short line. Waits up to 20
 * minutes in all, with a fresh token each time, because a role assignment takes its time to reach the storage account.
 * The token is kept in memory only. Throws where the request is malformed or the command gets too long.
 */
export function bootstrapCommand(request: BootstrapRequest): string {
    const source = normalizeSource(request.source);
    const expected = [
        installerFileName,
        configFileName,
        ...(source.kind === "file" ? [binaryFileName(source.name)] : []),
    ];
    const missing = expected.filter((name) => !request.files.some((file) => file.name === name));
    if (missing.length > 0) {
        throw new Error(`The payload lacks ${missing.join(" and ")}: pass all files that payloadFiles returns.`);
    }
    const configIndex = request.files.findIndex((file) => file.name === configFileName);
    const nativeArguments = installerArguments({
        source,
        install: request.install,
        configPath: fileAt(configFileName),
        configSha256: `$f[${2 * configIndex + 1}]`,
        fileAt,
    })
        .map(({ name, value }) => (value === undefined ? `'-${name}'` : `'-${name}' ${value}`))
        .join(" ");
    const script = [
        `$u=${writeLiteral(normalizeContainerUrl(request.containerUrl))}`,
        `$f=${request.files.flatMap((file) => [writeLiteral(file.name), writeLiteral(file.sha256)]).join(",")}`,
        ...preparation,
        tokenFunction(request),
        ...fetching,
        // The 32-bit PowerShell that an extension may run in sees the real system folder as Sysnative.
        `$p=$env:windir+'\\Sysnative\\WindowsPowerShell\\v1.0\\powershell.exe'`,
        `if(-not(Test-Path $p)){$p=$PSHOME+'\\powershell.exe'}`,
        `& $p -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ${fileAt(installerFileName)} ${nativeArguments}`,
        `$c=$LASTEXITCODE}`,
        `catch{'sysmon-azure: '+$m[$c]+' '+$_.Exception.Message}`,
        `finally{Remove-Item -LiteralPath $d -Recurse -Force -ErrorAction SilentlyContinue}`,
        `exit $c`,
    ];
    const command = `${prefix}${joinStatements(script)}"`;
    if (command.length > longestCommand) {
        throw new Error(
            `The command to run Sysmon's installer has ${command.length} characters, and cmd.exe takes ` +
                `${longestCommand}: shorten the source address (${request.source.kind}) or the container's.`,
        );
    }
    return command;
}

/**
 * The files that a planned command fetches, with the hash each must have. Undefined where the command is not one of
 * {@link bootstrapCommand}.
 */
export function readBootstrap(command: string): { readonly files: BootstrapFile[] } | undefined {
    if (!command.startsWith(prefix)) return undefined;
    const head = new RegExp(`^\\$u=(${literalPattern});\\$f=((?:${literalPattern},?)+);`).exec(
        command.slice(prefix.length),
    );
    const containerUrl = readLiteral(head?.[1] ?? "");
    const list = [...(head?.[2] ?? "").matchAll(new RegExp(literalPattern, "g"))].map(([text]) => readLiteral(text));
    if (containerUrl === undefined || list.length % 2 === 1) return undefined;
    const files: BootstrapFile[] = [];
    for (let index = 0; index < list.length; index += 2) {
        const name = list[index];
        const sha256 = list[index + 1];
        if (name === undefined || sha256 === undefined) return undefined;
        files.push({ name, sha256, url: `${containerUrl}/${blobName({ name, sha256 })}` });
    }
    return { files };
}

/** Folder with an access list of its own from birth: SYSTEM and administrators, nothing inherited. */
const preparation = [
    `$ErrorActionPreference='Stop'`,
    `[Net.ServicePointManager]::SecurityProtocol='Tls12'`,
    `$m=@{10='TokenUnavailable (exit 10): check the identity of this machine.';` +
        `11='PayloadUnavailable (exit 11): check its role on the container and the network.';` +
        `12='PayloadMismatch (exit 12): this blob is not the planned one, deploy again.';` +
        `13='PreparationFailed (exit 13): check disk and rights.'}`,
    `$d=Join-Path $env:ProgramData ('sysmon-azure-'+[guid]::NewGuid())`,
    `$s=New-Object Security.AccessControl.DirectorySecurity`,
    `$s.SetSecurityDescriptorSddlForm('D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')`,
    `function New-Client($h){$x=New-Object Net.WebClient;foreach($k in $h.Keys){$x.Headers[$k]=$h[$k]};$x}`,
];

/** Every blob until it is there; statuses that waiting cannot heal end it at once. */
const fetching = [
    `$c=13`,
    `$w=5`,
    `$e=(Get-Date).AddMinutes(20)`,
    `try{[void][IO.Directory]::CreateDirectory($d,$s)`,
    `for($i=0;$i -lt $f.Count;$i+=2){$n=Join-Path $d $f[$i]`,
    `for(;;){try{$c=10`,
    `$t=Get-Token`,
    `$c=11`,
    `$x=New-Client @{Authorization='Bearer '+$t;'x-ms-version'='2020-04-08'}`,
    `$x.DownloadFile($u+'/'+$f[$i+1]+'/'+$f[$i],$n)`,
    `break}catch{$b=$_.Exception.GetBaseException()`,
    `$k=[int]$b.Response.StatusCode`,
    `if(($k -gt 0 -and $k -lt 500 -and (401,403,404,408,410,429) -notcontains $k) -or (Get-Date) -gt $e){throw $b}`,
    `Start-Sleep $w`,
    `$w=[Math]::Min(60,2*$w)}}`,
    `if((Get-FileHash -LiteralPath $n).Hash -ne $f[$i+1]){$c=12`,
    `throw $f[$i]}}`,
    `$c=13`,
];

/**
 * `Get-Token`: on Azure from the instance metadata service, on Arc from the agent, which first names a file that only
 * administrators can read and wants its content back (Microsoft Learn, "Authenticate against Azure resources with
 * Azure Arc-enabled servers"). Both past any proxy. A challenge that points outside the agent's folder is refused: it
 * would be somebody else listening on the agent's port.
 */
function tokenFunction(machine: BootstrapMachine): string {
    const ask = (headers: string): string => `$x=New-Client @{Metadata='true'${headers}};$x.Proxy=$null`;
    const answer = `($x.DownloadString($a)|ConvertFrom-Json).access_token}`;
    if (machine.platform === "azure") {
        return `$a=${writeLiteral(metadataUrl(machine.identity))};function Get-Token{${ask("")};${answer}`;
    }
    return [
        `$a='http://localhost:40342/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https://storage.azure.com/'`,
        `function Get-Token{${ask("")}`,
        `try{[void]$x.DownloadString($a)}`,
        `catch{$k=$_.Exception.GetBaseException().Response.Headers['WWW-Authenticate'] -replace '^Basic realm=',''}`,
        `if([IO.Path]::GetDirectoryName($k) -ne $env:ProgramData+'\\AzureConnectedMachineAgent\\Tokens'){throw 'The Arc agent sent no challenge.'}`,
        ask(`;Authorization='Basic '+[IO.File]::ReadAllText($k)`),
        answer,
    ].join(";");
}

function metadataUrl(identity: SystemIdentity | UserIdentity): string {
    const url =
        "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://storage.azure.com/";
    if (identity.kind === "system") return url;
    if (!/^\/subscriptions\/.+/i.test(identity.resourceId)) {
        throw new Error(
            `${JSON.stringify(identity.resourceId)} is no resource id of an identity: it must start with /subscriptions/.`,
        );
    }
    const encoded = identity.resourceId.split("/").map(encodeURIComponent).join("/");
    return `${url}&msi_res_id=${encoded}`;
}

function normalizeContainerUrl(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== "https:" || url.search !== "" || url.hash !== "" || url.pathname === "/") {
        throw new Error(
            `${JSON.stringify(text)} is no container for the payload: it must be https://<account>/<container>, ` +
                `without a signature, since machines read with their own identity.`,
        );
    }
    return url.href.replace(/\/+$/, "");
}

function fileAt(name: string): string {
    return `(Join-Path $d ${writeLiteral(name)})`;
}

/** Statements on one line; `try{…}` and its `catch` and `finally` must not be separated. */
function joinStatements(statements: readonly string[]): string {
    return statements.join(";").replace(/\};(?=(?:catch|finally)\{)/g, "}");
}
