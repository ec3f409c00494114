import { networkInterfaces } from "node:os";

/** Whether this machine has an address that others could reach. */
export const hasInternet = (): boolean =>
	Object.values(networkInterfaces()).some((addresses) =>
		addresses?.some(({ internal, address }) => !internal && !address.toLowerCase().startsWith("fe80:")),
	);
