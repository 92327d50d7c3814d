export { frame, RawSocket } from "./raw-socket.ts";
