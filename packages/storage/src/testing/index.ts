export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from "./test-database.ts";
export { openRawClient } from "./raw-client.ts";
