import { createServer, type Socket } from "node:net";
import { restrictedHost, type ServeBuilder, serveDaemonClient } from "@tsnix/store";
import { nodeDuplex } from "@tsnix/store/node";
import type { CommandStore } from "../core";
import type { Session } from "../session";
import { hostOf } from "./run-daemon";

/** Serves builders that call Nix themselves (the feature `recursive-nix`), each at a socket of its own. */
export const serveBuilder =
	(session: Session, commandStore: CommandStore): ServeBuilder =>
	async (access, socket) => {
		session.requireFeature("recursive-nix");
		const host = restrictedHost(hostOf(session, false, commandStore), commandStore.open(), access);
		const connections = new Set<Socket>();
		const server = createServer({ allowHalfOpen: true }, (connection) => {
			connections.add(connection);
			connection.on("close", () => connections.delete(connection));
			const duplex = nodeDuplex(connection, connection, () => connection.destroySoon());
			// What a builder says may make no sense; that is its own affair.
			serveDaemonClient(host, duplex).catch(() => {});
		});
		await new Promise<void>((resolve, reject) => {
			server.on("error", reject);
			server.listen({ path: socket, readableAll: true, writableAll: true }, resolve);
		});
		return () =>
			new Promise<void>((resolve) => {
				for (const connection of connections) connection.destroy();
				server.close(() => resolve());
			});
	};
