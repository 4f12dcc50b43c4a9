const UNITS = { Ki: 1024n, Mi: 1024n ** 2n, Gi: 1024n ** 3n, Ti: 1024n ** 4n } as const;

const BYTES = /^([1-9]\d{0,17})(Ki|Mi|Gi|Ti)$/;
const CPU = /^(?:([1-9]\d{0,17})m|(\d{1,15})(?:\.(\d{1,3}))?)$/;

/** Bytes of an amount of memory or disk as Kubernetes writes it, `512Mi`; undefined where it is none. */
export function bytesOf(text: string): bigint | undefined {
  const match = BYTES.exec(text);
  return match === null ? undefined : BigInt(match[1] ?? 0) * UNITS[match[2] as keyof typeof UNITS];
}

/** Thousandths of a core of an amount of CPU as Kubernetes writes it, `500m` or `0.5`; undefined where it is none. */
export function milliCpuOf(text: string): bigint | undefined {
  const match = CPU.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, milli, whole = "0", fraction = ""] = match;
  return milli === undefined ? BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, "0")) : BigInt(milli);
}
