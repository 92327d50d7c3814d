export { AddressInUseError } from "./errors.ts";
export { startWebserver, type Webserver, type WebserverOptions } from "./start-webserver.ts";
