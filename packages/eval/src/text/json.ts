/** JSON as the reference's JSON library reads and writes it, on byte strings. */
export { JSONIntegerRangeError, JSONParseError, JSONSerializationError } from "./json/errors";
export { type JSONHandler, parseJSON } from "./json/parse";
export { writeJSONFloat, writeJSONString } from "./json/write";
