export {
  type IoManagerPromise,
  ioManagerSuite,
  ioManagerSuiteOf,
  type IoManagerValues,
  jsonIoManagerSuite,
  tabularIoManagerSuite,
} from "@dagwright/execution/testing";
