export {
  type IoManagerPromise,
  ioManagerSuite,
  ioManagerSuiteOf,
  type IoManagerValues,
  jsonIoManagerSuite,
  tabularIoManagerSuite,
} from "./io-manager-suite.ts";
