/** What the text of a query says, read once for all operations on a resource. */
import { remembered } from "../base/remembered";
import { type ParsedStatement, readStatement } from "./facts";

export const knownStatement: (sql: string) => Readonly<ParsedStatement> = remembered(readStatement);
