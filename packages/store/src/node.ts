/** What the store needs of Node: its file system, with names as byte strings, and its database. */
export { nodeFs } from "./accessors/node-fs";
export { openNodeDatabase } from "./stores/local/node-database";
