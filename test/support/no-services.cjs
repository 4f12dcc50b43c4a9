throw new Error(
  "a test of test/unit, test/components or test/policies loads a service of this repository; " +
    "play test/support/http-shop.ts instead, or move the test to test/catalogue",
);
