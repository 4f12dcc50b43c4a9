import type { Percent } from "../slo/objective";
import { where, type Counter, type Gauge, type Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, type Named } from "./names";
import { counterOf, exporterGone, gaugeOf, watch, type Watch } from "./watch";

/** Machines, as node_exporter sees them. */
export interface Node extends Named {
  /** How many there are. */
  readonly machines: number;
  /** Where file systems are mounted that may not fill. @default ["/"] */
  readonly mountpoints?: readonly string[];
  /** Of a file system that may be used. @default "85%" */
  readonly filled?: Percent;
  /** Of the memory that may be used. @default "90%" */
  readonly memory?: Percent;
  /** Of the time of all processors that may be used. @default "90%" */
  readonly processors?: Percent;
  /** What differs from the job `node-exporter` in the namespace `monitoring`. */
  readonly job?: Partial<Job>;
}

/** The job of node_exporter, one on each machine. */
function machinesOf(service: ServiceHead, { machines, job }: Node): Job {
  return exporterOf(service, "node-exporter", {
    name: "node-exporter",
    namespace: "monitoring",
    instances: machines,
    ...job,
  });
}

/**
 * What stops a machine, or makes what runs there slow: each is asked of every machine alone. The load is no alert: it counts
 * what waits for disks as well, and nobody can say how much is too much.
 * Source: node_exporter 1.12, its default collectors; kubernetes-mixin and node-mixin for what is worth an alert.
 */
export function node(own: Node): Part {
  return (service) => {
    const job = machinesOf(service, own);
    return watch(own, [
      ...fileSystems(own, job),
      memoryShort(own, job),
      processorsBusy(own, job),
      clockUnsynchronised(job),
      ...["receive", "transmit"].map((way) => packetsFaulty(job, way)),
      machinesGone(job),
      exporterGone("NodeExporterDown", job, "the machines"),
    ]);
  };
}

/** A gauge of file systems, and which of them are meant. */
function onMounts({ mountpoints = ["/"] }: Node, job: Job) {
  const gauge = (name: string, help: string, normal: number): Gauge =>
    gaugeOf(job, `node_filesystem_${name}`, help, normal, { mountpoint: mountpoints });
  const picked = (of: Gauge) => where(of, { mountpoint: ["=~", mountpoints.join("|")] });
  return { gauge, picked };
}

function fileSystems(own: Node, job: Job): readonly Watch[] {
  const { gauge } = onMounts(own, job);
  return [
    filling(
      own,
      job,
      {
        name: "FilesystemFilling",
        part: gauge("avail_bytes", "Bytes that are free for who is not root.", 60_000_000_000),
        whole: gauge("size_bytes", "Bytes of a file system.", 100_000_000_000),
        summary: "A file system fills",
        what: "it",
      },
      "`du -xh --max-depth=2 <mountpoint> | sort -h | tail` finds what fills it; deleted files that a process still holds are in `lsof +L1`.",
    ),
    filling(
      own,
      job,
      {
        name: "FilesystemOutOfFiles",
        part: gauge("files_free", "Files that there may be besides.", 6_000_000),
        whole: gauge("files", "Files that there may be.", 10_000_000),
        summary: "A file system can hold few more files",
        what: "its inodes",
      },
      "`df -i`, then the folder with the most files: sessions, mail queues and caches are usual.",
    ),
    readOnly(own, job),
  ];
}

interface Filling {
  readonly name: string;
  readonly part: Gauge;
  readonly whole: Gauge;
  readonly summary: string;
  readonly what: string;
}

function filling(own: Node, job: Job, { name, part, whole, summary, what }: Filling, advice: string): Watch {
  const { filled = "85%" } = own;
  return {
    alert: {
      name,
      severity: "warning",
      category: "saturation",
      measure: {
        kind: "gauge-share",
        part,
        whole,
        where: onMounts(own, job).picked(part),
        free: true,
        of: "highest",
      },
      when: { above: filled },
      for: "15m",
      summary,
      description: `{{ $value | humanizePercentage }} of ${what} are used; ${filled} may.`,
    },
    advice: [advice],
  };
}

function readOnly(own: Node, job: Job): Watch {
  const { gauge, picked } = onMounts(own, job);
  const readonly = gauge("readonly", "Whether a file system can only be read.", 0);
  return {
    alert: {
      name: "FilesystemReadOnly",
      severity: "critical",
      category: "down",
      measure: { kind: "level", gauge: readonly, where: picked(readonly), of: "max" },
      when: { above: "0" },
      for: "1m",
      summary: "A file system can only be read",
      description: "The kernel mounts one so when its disk fails: nothing is written any more.",
    },
    advice: [
      "`dmesg | grep -iE 'I/O error|remount'` names the disk. Move what runs there to another machine first.",
    ],
  };
}

function memoryShort({ memory = "90%" }: Node, job: Job): Watch {
  const part = gaugeOf(
    job,
    "node_memory_MemAvailable_bytes",
    "Memory that can be had without swapping.",
    8e9,
  );
  const whole = gaugeOf(job, "node_memory_MemTotal_bytes", "Memory of a machine.", 16e9);
  return {
    alert: {
      name: "MemoryShort",
      severity: "warning",
      category: "saturation",
      measure: { kind: "gauge-share", part, whole, free: true, of: "highest" },
      when: { above: memory },
      for: "15m",
      summary: "A machine runs out of memory",
      description: `{{ $value | humanizePercentage }} of its memory are used; ${memory} may.`,
    },
    advice: [
      "`ps aux --sort=-rss | head` has the largest; `dmesg | grep -i oom` says whether the kernel killed one.",
    ],
  };
}

function processorsBusy({ processors = "90%" }: Node, job: Job): Watch {
  const seconds: Counter = counterOf(job, "node_cpu_seconds_total", "Seconds of processors, by mode.", 4, {
    mode: ["idle", "iowait", "system", "user"],
  });
  return {
    alert: {
      name: "ProcessorsBusy",
      severity: "info",
      category: "saturation",
      measure: {
        kind: "counter-share",
        part: { counter: seconds, where: where(seconds, { mode: "idle" }) },
        whole: [{ counter: seconds }],
        free: true,
        of: "highest",
        window: "5m",
      },
      when: { above: processors },
      for: "30m",
      summary: "The processors of a machine are busy",
      description: `They worked {{ $value | humanizePercentage }} of the time; ${processors} may.`,
    },
    advice: [
      "Busy processors hurt nobody by themselves: see whether what runs there is slower than its objective before anything else. `top` has who works.",
    ],
  };
}

function clockUnsynchronised(job: Job): Watch {
  const gauge = gaugeOf(job, "node_timex_sync_status", "Whether the clock follows a time server.", 1);
  return {
    alert: {
      name: "ClockUnsynchronised",
      severity: "warning",
      category: "errors",
      measure: { kind: "level", gauge, of: "min" },
      when: { equals: "0" },
      for: "15m",
      summary: "The clock of a machine goes as it likes",
      description:
        "It follows no time server: certificates, tokens and the times of samples are judged by it.",
    },
    advice: [
      "`chronyc tracking` or `timedatectl timesync-status` says which server it lost; a firewall on UDP 123 is usual.",
    ],
  };
}

function packetsFaulty(job: Job, way: string): Watch {
  const of = (what: string, help: string, perSecond: number): Counter =>
    counterOf(job, `node_network_${way}_${what}_total`, help, perSecond);
  const name = way === "receive" ? "PacketsReceivedFaulty" : "PacketsSentFaulty";
  return {
    alert: {
      name,
      severity: "warning",
      category: "errors",
      measure: {
        kind: "counter-share",
        part: { counter: of("errs", "Packets with errors.", 0) },
        whole: [{ counter: of("packets", "Packets.", 1_000) }],
        of: "highest",
        window: "15m",
      },
      when: { above: "1%" },
      for: "15m",
      summary: `A machine ${way === "receive" ? "receives" : "sends"} faulty packets`,
      description: "{{ $value | humanizePercentage }} of its packets have errors; 1% may.",
    },
    advice: [
      "`ip -s -s link` names the interface and the kind: CRC errors are a cable or a port, overruns a full ring buffer.",
    ],
  };
}

function machinesGone(job: Job): Watch {
  return {
    alert: {
      name: "MachinesGone",
      severity: "warning",
      category: "down",
      measure: { kind: "targets-up", job },
      when: { below: "99%" },
      for: "10m",
      summary: "Machines do not answer",
      description: `Only {{ $value | humanizePercentage }} of the targets of ${job.name} answer their scrapes.`,
    },
    advice: [
      "`up == 0` names them. Ask the provider or the console whether a machine is there before the exporter on it.",
    ],
  };
}
