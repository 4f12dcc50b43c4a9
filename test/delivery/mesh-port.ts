import { createSocket, type Socket } from "node:dgram";
import { connect, createServer, type Server, type Socket as Stream } from "node:net";

/** The port of the mesh under which an Alertmanager is known to its peers; what goes through it can be cut off. */
export class MeshPort {
  private cut = false;
  private readonly streams = new Set<Stream>();

  private constructor(
    readonly port: number,
    private readonly packets: Socket,
    private readonly server: Server,
  ) {}

  /** Passes everything that comes to `port` on to `behind`. */
  static async before(behind: number, port: number): Promise<MeshPort> {
    const packets = createSocket("udp4");
    const server = createServer();
    const own = new MeshPort(port, packets, server);
    packets.on("message", (message) => {
      if (!own.cut) {
        packets.send(message, behind, "127.0.0.1");
      }
    });
    server.on("connection", (stream) => own.pass(stream, behind));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    await new Promise<void>((resolve, reject) => {
      packets.once("error", reject).bind(port, "127.0.0.1", resolve);
    });
    return own;
  }

  /** Whether nothing comes through. */
  cutOff(cut: boolean): void {
    this.cut = cut;
    if (cut) {
      this.streams.forEach((stream) => stream.destroy());
    }
  }

  close(): void {
    this.cutOff(true);
    this.packets.close();
    this.server.close();
  }

  private pass(stream: Stream, behind: number): void {
    if (this.cut) {
      stream.destroy();
      return;
    }
    const onward = connect(behind, "127.0.0.1");
    for (const each of [stream, onward]) {
      this.streams.add(each);
      each.on("error", () => each.destroy());
      each.on("close", () => {
        this.streams.delete(each);
        stream.destroy();
        onward.destroy();
      });
    }
    stream.pipe(onward);
    onward.pipe(stream);
  }
}
