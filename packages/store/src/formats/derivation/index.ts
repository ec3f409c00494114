export * from "./derivation";
export * from "./fill-outputs";
export * from "./hash-modulo";
export { parseDerivation, parseDerivationOutput } from "./parse";
export * from "./placeholder";
export * from "./structured-attrs";
export { DerivationWriter, writeDerivation } from "./write";
export { derivationFromJSON, derivationJsonVersion, derivationToJSON } from "./json";
