import { callTraces, programs } from "./programs";
import {
    Story,
    localService,
    networkService,
    system,
    type Account,
    type StoryOptions,
    type StoryProcess,
} from "./story";

/** A Windows workstation with a person logged on. */
export interface Workstation {
    readonly story: Story;
    /** The person at the machine. */
    readonly person: Account;
    readonly services: StoryProcess;
    readonly explorer: StoryProcess;
    readonly lsass: StoryProcess;
    readonly winlogon: StoryProcess;
    readonly defender: StoryProcess;
    /** The service hosts; the first is that of the Event Log service. */
    readonly serviceHosts: readonly StoryProcess[];
    /** Everything that runs, the service hosts among it. */
    readonly processes: readonly StoryProcess[];
}

/** Arguments of the first service hosts; the rest only tell their group. */
const serviceArguments = [
    "-k LocalServiceNetworkRestricted -p -s EventLog",
    "-k DcomLaunch -p",
    "-k netsvcs -p -s Schedule",
    "-k NetworkService -p -s Dnscache",
    "-k netsvcs -p -s Winmgmt",
];

/** A workstation as it stands some time after logon. `serviceHosts` svchost.exe run, as many as Windows 10 and later have. */
export function workstation(options: StoryOptions & { readonly serviceHosts: number }): Workstation {
    const story = new Story(options);
    const person: Account = { user: "CORP\\user", logonId: "0x5c1a7", session: 1, integrity: "Medium" };
    const services = story.running(programs.services, system);
    const serviceHosts = Array.from({ length: options.serviceHosts }, (_, index) => {
        const account = index === 0 || index % 5 === 3 ? localService : index % 7 === 4 ? networkService : system;
        const group = serviceArguments[index] ?? `-k netsvcs -p -s Svc${index}`;
        return story.running(programs.svchost, account, `C:\\Windows\\system32\\svchost.exe ${group}`);
    });
    const explorer = story.running(programs.explorer, person, "C:\\Windows\\Explorer.EXE");
    const lsass = story.running(programs.lsass, system);
    const winlogon = story.running(programs.winlogon, system);
    const spooler = story.running(programs.spoolsv, system);
    const defender = story.running(programs.defender, system);
    const others = [
        lsass,
        winlogon,
        spooler,
        defender,
        story.running(programs.searchIndexer, system),
        story.running(programs.dwm, system),
        story.running(programs.ctfmon, person),
        story.running(programs.sihost, person),
        story.running(programs.taskhostw, person),
        story.running(programs.runtimeBroker, person),
    ];
    return {
        story,
        person,
        services,
        explorer,
        lsass,
        winlogon,
        defender,
        serviceHosts,
        processes: [services, ...serviceHosts, explorer, ...others],
    };
}

/** Rights that programs of Windows ask for when they only look: query, and query with read. */
const lookingRights = ["0x1000", "0x1400", "0x1410", "0x1478"] as const;

/** Things that happen on any workstation, one after the other; none is an attack. */
export function everydayLife(machine: Workstation, happenings: number, pause: number): void {
    const { story, explorer, serviceHosts, processes, services } = machine;
    const host = () => serviceHosts[story.between(0, serviceHosts.length - 1)] ?? services;
    const anyProcess = () => processes[story.between(0, processes.length - 1)] ?? explorer;
    const happen: readonly (() => void)[] = [
        () => story.open(host(), anyProcess(), story.oneOf(...lookingRights), callTraces.remoteCall),
        () => story.open(anyProcess(), anyProcess(), story.oneOf(...lookingRights), callTraces.plain),
        () =>
            story.setValue(
                explorer,
                `HKU\\S-1-5-21-1004336348-1177238915-682003330-1117\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\UserAssist\\Count\\App${story.between(1, 40)}`,
                "Binary Data",
            ),
        () =>
            story.setValue(
                host(),
                "HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\SequenceNumber",
                `DWORD (0x${story.between(16, 4095).toString(16).padStart(8, "0")})`,
            ),
        () =>
            story.createKey(
                host(),
                `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree\\Update${story.between(1, 9)}`,
            ),
        () => story.createFile(host(), `C:\\Windows\\Prefetch\\APP${story.between(10, 99)}.EXE-1A2B3C4D.pf`),
        () => story.deleteFile(host(), `C:\\Windows\\Prefetch\\APP${story.between(10, 99)}.EXE-1A2B3C4D.pf`),
        () =>
            story.lookUp(
                host(),
                story.oneOf("settings-win.data.example.net", "time.example.net", "crl.example.org"),
                "192.0.2.10",
            ),
        () => story.connect(host(), "update.example.net", "192.0.2.25", 443),
        () => story.pipe(anyProcess(), story.oneOf("\\srvsvc", "\\wkssvc", "\\lsass"), "connect"),
        () => shortTask(machine),
    ];
    for (let count = 0; count < happenings; count++) {
        happen[story.between(0, happen.length - 1)]?.();
        story.wait(story.between(Math.floor(pause / 2), pause + Math.floor(pause / 2)));
    }
}

/** Hours in which nobody works at the machine: Windows starts a task now and then, on average every `pause` milliseconds. */
export function scheduledTasks(machine: Workstation, duration: number, pause: number): void {
    const { story } = machine;
    for (let passed = 0; passed < duration;) {
        shortTask(machine);
        const wait = story.between(Math.floor(pause / 2), pause + Math.floor(pause / 2));
        story.wait(wait);
        passed += wait;
    }
}

/** A task that Windows starts by itself and that ends soon. */
function shortTask({ story, serviceHosts, services, person }: Workstation): void {
    const parent = serviceHosts[2] ?? services;
    const program = story.oneOf(programs.backgroundTaskHost, programs.dllhost, programs.taskhostw, programs.audiodg);
    const task = story.start(program, parent, {
        account: story.oneOf(person, system),
        // dllhost.exe does nothing without the class that it is to host.
        ...(program === programs.dllhost && {
            commandLine: `${program.image} /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}`,
        }),
    });
    story.open(parent, task, "0x1fffff", callTraces.creation);
    story.wait(story.between(200, 1_500));
    story.exit(task);
}
