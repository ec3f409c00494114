import type { Session } from "../session";

/** The version of the reference that the programs agree with. */
export const nixVersion = "2.34.8";

/** `nix-build (Nix) 2.34.8` */
export const printVersion = (session: Session, name: string): void => session.print(`${name} (Nix) ${nixVersion}`);
