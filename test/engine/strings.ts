import { createRequire } from "node:module";

/** What the SDK's package of messages has for their fields, in part. */
interface Messages {
  readonly BinaryReader: { readonly prototype: { readBytes(): Uint8Array; readString(): string } };
  readonly BinaryWriter: {
    readonly prototype: {
      writeBytes(field: number, bytes: Uint8Array): void;
      writeString(field: number, value?: string): void;
    };
  };
}

/**
 * Has Node write and read the texts of messages in place of the package, which goes byte by byte: rules and runbooks are a
 * megabyte, in every message about them. The bytes are the same.
 * @param sdk a file of the SDK whose messages they are
 */
export function quickStrings(sdk: string): void {
  const { BinaryReader, BinaryWriter } = createRequire(sdk)("google-protobuf") as Messages;
  BinaryWriter.prototype.writeString = function (field, value = ""): void {
    this.writeBytes(field, Buffer.from(value));
  };
  BinaryReader.prototype.readString = function (): string {
    return Buffer.from(this.readBytes()).toString();
  };
}
