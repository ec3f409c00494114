import type { ByteString } from "../byte-string";
import { NixError, TracedError } from "../errors";
import { type Dialect, version } from "../protocol/context";
import { RemoteError } from "../protocol/errors";
import { type LogMessage, writeLogMessage, writeRemoteError } from "../protocol/log-messages";
import type { Duplex } from "../protocol/talk";
import { WireWriter } from "../protocol/wire-writer";
import { tunnel } from "../protocol/worker-messages";

/**
 * Tells a daemon's client what happens, while the protocol allows it: between an operation's arguments and its answer.
 * What happens otherwise is told when that is next the case.
 */
export class TunnelLog {
	private open = false;
	private readonly to = new WireWriter();

	constructor(
		private readonly duplex: Duplex,
		private readonly dialect: () => Dialect,
		/** How much the client wants to know. */
		private readonly verbosity: () => number,
	) {}

	/** Whether the client expects messages. */
	get isOpen(): boolean {
		return this.open;
	}

	private flush(): void {
		// Bytes keep their order; that the client is gone is found out by whoever waits for it.
		const bytes = this.to.take();
		if (bytes.length > 0) this.duplex.send(bytes).catch(() => {});
	}

	tell(message: LogMessage): void {
		const outgoing = { ...this.dialect(), to: this.to };
		if (outgoing.version < version(1, 20) && message.type !== "line") {
			if (message.type !== "start" || message.text === "" || message.level > this.verbosity()) return;
			writeLogMessage(outgoing, { type: "line", text: `${message.text}...` });
		} else writeLogMessage(outgoing, message);
		if (this.open) this.flush();
	}

	/** The client expects messages from now on. */
	start(): void {
		this.open = true;
		this.flush();
	}

	/** The work is done, or failed; the answer follows. */
	stop(error?: unknown): void {
		this.open = false;
		if (error === undefined) this.to.number(tunnel.last);
		else {
			this.to.number(tunnel.error);
			if (this.dialect().version >= version(1, 26)) writeRemoteError({ ...this.dialect(), to: this.to }, told(error));
			else this.to.string(`error: ${told(error).message}`).number(error instanceof NixError ? error.exitStatus : 1);
		}
		this.flush();
	}
}

/** What the client is told of an error. */
const told = (error: unknown): { readonly message: ByteString; readonly traces: readonly ByteString[] } => ({
	message: error instanceof Error ? error.message : String(error),
	traces: error instanceof RemoteError || error instanceof TracedError ? error.traces : [],
});
