/** What must ring in each recorded file, informational alerts apart; a file that is not named must ring nothing. */
export const expectedAlerts: Readonly<Record<string, readonly string[]>> = {
    "derived/meterpreter_ps_svchost_fullaccess.patched.evtx": [
        "lsass-access-from-unbacked-code High: m.exe → lsass.exe",
        "lsass-memory-read High: m.exe → lsass.exe",
        "privileged-process-handle-theft Medium: m.exe → csrss.exe, m.exe → lsass.exe, m.exe → services.exe, m.exe → smss.exe, m.exe → wininit.exe, m.exe → winlogon.exe",
        "svchost-thread-kill High: m.exe → svchost.exe (7)",
        "unbacked-code-opens-process High: m.exe → 2 of them",
    ],
    "derived/reflective_pe_injection_verclsid.patched.evtx": [
        "remote-thread-in-unbacked-memory High: powershell.exe → notepad.exe",
        "remote-thread-unusual-source Medium: powershell.exe → notepad.exe",
        "sacrificial-process-injection High: ㄀ → notepad.exe",
        "sacrificial-process-without-arguments High: rundll32.exe",
        "verclsid-shellcode-injection High: notepad.exe → verclsid.exe (1)",
    ],
    "evtx/CA_keefarce_keepass_credump.evtx": ["remote-thread-unusual-source Medium: KeeFarce.exe → KeePass.exe"],
    "evtx/CA_sysmon_hashdump_cmd_meterpreter.evtx": [
        "lsass-access-from-unbacked-code High: voice_mail.msg.exe → lsass.exe",
        "lsass-memory-read High: voice_mail.msg.exe → lsass.exe",
        "privileged-process-handle-theft Medium: voice_mail.msg.exe → csrss.exe, voice_mail.msg.exe → lsass.exe, voice_mail.msg.exe → services.exe, voice_mail.msg.exe → smss.exe, voice_mail.msg.exe → wininit.exe, voice_mail.msg.exe → winlogon.exe",
        "remote-thread-in-lsass High: voice_mail.msg.exe → lsass.exe",
        "remote-thread-in-unbacked-memory High: voice_mail.msg.exe → lsass.exe",
        "remote-thread-unusual-source Medium: voice_mail.msg.exe → lsass.exe",
        "unbacked-code-opens-process High: voice_mail.msg.exe → 6 of them",
    ],
    "evtx/DE_ProcessHerpaderping_Sysmon_11_10_1_7.evtx": [
        "process-without-image-path Medium: ProcessHerpaderping.exe → samir.exe",
    ],
    "evtx/DE_remote_eventlog_svc_crash_byt3bl33d3r_sysmon_17_1_3.evtx": [
        "event-log-service-crash Medium: WerFault.exe",
    ],
    "evtx/DSE_bypass_BYOV_TDL_dummydriver_sysmon_6_7_13.evtx": ["vulnerable-driver-load Medium: VBoxDrv.sys"],
    "evtx/EfsPotato_sysmon_17_18_privesc_seimpersonate_to_system.evtx": [
        "coerced-named-pipe High: EfsPotato.exe → srvsvc, System → srvsvc",
    ],
    "evtx/ID10-Mimikatz_LSASS_process_dump.evtx": [
        "credential-dumping-tool High: mimikatz.exe",
        "lsass-memory-read High: mimikatz.exe → lsass.exe",
    ],
    "evtx/PanacheSysmon_vs_AtomicRedTeam01.evtx": [
        "lsa-package-added Medium: powershell.exe → Notification Packages",
        "lsass-access-from-unbacked-code High: powershell.exe → lsass.exe",
        "lsass-memory-read High: powershell.exe → lsass.exe",
        "mavinject-injection High: mavinject.exe",
        "sensor-stop-command High: cmd.exe",
        "wmi-persistence High: IEUser → notepad.exe",
        "wmi-persistence High: IEUser → notepad.exe",
    ],
    "evtx/Sysmon_meterpreter_ReflectivePEInjection_to_notepad_.evtx": [
        "remote-thread-in-unbacked-memory High: powershell.exe → notepad.exe",
        "remote-thread-unusual-source Medium: powershell.exe → notepad.exe",
        "sacrificial-process-injection High: notepad.exe → rundll32.exe, ㄀ → notepad.exe",
        "sacrificial-process-without-arguments High: rundll32.exe",
    ],
    "evtx/babyshark_mimikatz_powershell.evtx": [
        "lsass-memory-read High: powershell.exe → lsass.exe",
        "lsass-memory-read High: powershell.exe → lsass.exe",
        "sysmon-configuration-changed Medium: Sysmon.exe  -i, sysmonconfig-18-apr-2019.xml",
    ],
    "evtx/de_unmanagedpowershell_psinject_sysmon_7_8_10.evtx": [
        "remote-thread-in-unbacked-memory High: powershell.exe → notepad.exe",
        "remote-thread-unusual-source Medium: powershell.exe → notepad.exe",
        "sacrificial-process-injection High: powershell.exe → notepad.exe",
        "unmanaged-powershell Medium: notepad.exe",
    ],
    "evtx/discovery_meterpreter_ps_cmd_process_listing_sysmon_10.evtx": [
        "lsass-access-from-unbacked-code High: m.exe → lsass.exe",
        "lsass-memory-read High: m.exe → lsass.exe",
        "privileged-process-handle-theft Medium: m.exe → csrss.exe, m.exe → lsass.exe, m.exe → services.exe, m.exe → smss.exe, m.exe → wininit.exe, m.exe → winlogon.exe",
    ],
    "evtx/evasion_codeinj_odzhan_conhost_sysmon_10_1.evtx": [
        "sacrificial-process-injection High: conhost.exe → notepad.exe",
    ],
    "evtx/faxhell_sysmon_7_1_18_3_bindshell_dllhijack.evtx": ["unsigned-module-in-system-process Medium: FXSSVC.exe"],
    "evtx/meterpreter_migrate_to_explorer_sysmon_8.evtx": [
        "remote-thread-in-unbacked-memory High: m.exe → explorer.exe",
        "remote-thread-unusual-source Medium: m.exe → explorer.exe",
    ],
    "evtx/privesc_rotten_potato_from_webshell_metasploit_sysmon_1_8_3.evtx": [
        "remote-thread-in-unbacked-memory High: notepad.exe → notepad.exe, w3wp.exe → notepad.exe",
        "sacrificial-process-injection High: w3wp.exe → notepad.exe",
        "unbacked-code-opens-process High: w3wp.exe → notepad.exe",
    ],
    "evtx/process_suspend_sysmon_10_ga_800.evtx": ["process-suspended Medium: mimikatz.exe → notepad.exe"],
    "evtx/sideloading_injection_persistence_run_key.evtx": ["decoy-process-from-user-folder Medium: iexplore.exe"],
    "evtx/sysmon_10_11_lsass_memdump.evtx": [
        "lsass-dump-call-trace High: procdump.exe → lsass.exe, taskmgr.exe → lsass.exe",
        "lsass-dump-file High: procdump.exe → lsass.exe_190317_120941.dmp, taskmgr.exe → lsass (2).DMP",
        "lsass-memory-read High: procdump.exe → lsass.exe, taskmgr.exe → lsass.exe",
    ],
    "evtx/sysmon_10_lsass_mimikatz_sekurlsa_logonpasswords.evtx": ["lsass-memory-read High: mimikatz.exe → lsass.exe"],
    "evtx/tutto_malseclogon.evtx": [
        "lsass-memory-read High: MalSeclogon.exe → lsass.exe",
        "privileged-process-handle-theft Medium: MalSeclogon.exe → lsass.exe",
    ],
    "json/covenant_persistwmi_2019-12-05044734.sysmon.jsonl.gz": [
        "wmi-persistence High: pgustavo → powershell -Sta -Nop -Window Hidden -EncodedCommand <blah>",
    ],
    "json/covenant_psremoting_command_2020-08-06115603.sysmon.jsonl.gz": [
        "svchost-mass-access Low: wsmprovhost.exe → svchost.exe (79)",
        "unmanaged-powershell Medium: GruntHTTP.exe",
    ],
    "json/empire_wdigest_downgrade_2019-05-18201922.sysmon.jsonl.gz": [
        "logon-protection-weakened High: powershell.exe → UseLogonCredential",
    ],
    "json/psh_lsass_memory_dump_comsvcs_2020-10-18T19500924.json": [
        "comsvcs-minidump High: rundll32.exe",
        "lsass-dump-call-trace High: rundll32.exe → lsass.exe",
        "lsass-dump-file High: rundll32.exe → lsass-comsvcs.dmp",
        "lsass-memory-read High: rundll32.exe → lsass.exe",
        "privileged-process-handle-theft Medium: rundll32.exe → lsass.exe",
    ],
    "json/psh_mavinject_dll_notepad_2020-10-2121410529.json": [
        "mavinject-injection High: mavinject.exe",
        "remote-thread-load-library Medium: mavinject.exe → notepad.exe",
    ],
    "json/purplesharp_pe_injection_createremotethread_2020-10-2303121085.json": [
        "clr-in-system-binary Medium: notepad.exe",
        "decoy-process-from-user-folder Medium: notepad.exe",
        "remote-thread-in-unbacked-memory High: PurpleSharp.exe → notepad.exe",
        "remote-thread-unusual-source Medium: PurpleSharp.exe → notepad.exe",
        "sacrificial-process-injection High: PurpleSharp.exe → notepad.exe",
        "unbacked-code-opens-process High: PurpleSharp.exe → notepad.exe",
    ],
    "xml/conhost.eventviewer.xml": ["sacrificial-process-injection High: conhost.exe → notepad.exe"],
    "xml/mimikatz.single-event.xml": ["lsass-memory-read High: mimikatz.exe → lsass.exe"],
    "xml/psinject.wevtutil-qe.xml": [
        "remote-thread-in-unbacked-memory High: powershell.exe → notepad.exe",
        "remote-thread-unusual-source Medium: powershell.exe → notepad.exe",
        "sacrificial-process-injection High: powershell.exe → notepad.exe",
        "unmanaged-powershell Medium: notepad.exe",
    ],
    "xml/psremoting-matches.wevtutil-qe.xml": [
        "svchost-mass-access Low: wsmprovhost.exe → svchost.exe (79)",
        "unmanaged-powershell Medium: GruntHTTP.exe",
    ],
};
