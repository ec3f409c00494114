import { type JsonValue, printJson, toBytes } from "@tsnix/store";
import type { Session } from "../session";

/** Prints JSON on a line: for commands whose only form of JSON that is. */
export const printJsonText = (session: Session, value: JsonValue): void => session.print(toBytes(printJson(value)));
