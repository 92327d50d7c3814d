export { type IoManagerPromise, ioManagerSuite } from "./io-manager-suite.ts";
