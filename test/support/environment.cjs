const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const { createContext } = vm;

/**
 * Jest's own, in a context whose globals are looked up like any others: in the usual one each `Object` or `undefined` of
 * a test passes through an interceptor, which made what computes several times slower.
 */
module.exports = class extends TestEnvironment {
  constructor(...args) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
    // Node's own. The SDK writes the stack of each of its promises down, and jest would have a hundred places of it.
    this.global.Error.stackTraceLimit = 10;
  }
};
