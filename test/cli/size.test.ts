import { Checkout } from "../support/checkout";

describe("tocsin size", () => {
  const checkout = new Checkout();
  afterAll(() => {
    checkout.dispose();
  });

  it("says what an environment takes, as text and as JSON, with money where the repository has prices", async () => {
    checkout.write(
      "prices.json",
      '{"cluster": {"perCore": 20, "perGiBMemory": 3, "perGiBDisk": 0.1, "currency": "EUR"}}',
    );
    const text = await checkout.tocsin("size", "prod");
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(
      /^✓ prod: about [\d,]+ series, \d+ samples a second, as the contracts declare\n/,
    );
    expect(text.stdout).toMatch(/memory of each Prometheus +0\.\d\d GiB +4\.00 GiB\n/);
    expect(text.stdout).toMatch(/cluster: \d+\.\d\d EUR a month\n/);
    const json = await checkout.tocsin("size", "prod", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ environment: "prod", tooSmall: [], unpriced: [] });
  });

  it("ends with 1 where a Prometheus has too little, and names the key", async () => {
    checkout.edit("Pulumi.dev.yaml", "retention: 35d", "retention: 3650d");
    checkout.edit("Pulumi.dev.yaml", "size: 20Gi, claims: 20Gi", "size: 1Gi, claims: 1Gi");
    const { code, stdout } = await checkout.tocsin("size", "dev");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ dev: /);
    expect(stdout).toContain("Give each Prometheus more disk: tocsin:prometheus.storage.size.");
  });

  it("refuses prices that are none, and a stack that is not there", async () => {
    checkout.write("prices.json", '{"cluster": {"perCore": 0}}');
    const refused = await checkout.tocsin("size", "prod");
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain("perCore");
    expect((await checkout.tocsin("size", "nowhere")).code).toBe(2);
  });
});
