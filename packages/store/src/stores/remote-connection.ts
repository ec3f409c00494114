import { RemoteError } from "../protocol/errors";
import { converse, type Duplex, type Talk } from "../protocol/talk";

/** Who speaks one side of a protocol on one connection, beginning with a greeting. */
export interface ProtocolClient {
	open(): Talk<void>;
}

/**
 * A connection to a store elsewhere for those who can wait: made when it is first needed, one operation after the other
 * in the order of the calls, and made anew after it broke.
 */
export class RemoteConnection<Client extends ProtocolClient> {
	private opened: Promise<{ readonly client: Client; readonly duplex: Duplex }> | undefined;
	/** Settles when what was asked before is over. */
	private last: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly connect: () => Promise<Duplex>,
		private readonly newClient: () => Client,
	) {}

	/**
	 * One operation. What breaks in the middle of one ends the connection; what the other side refuses
	 * ({@link RemoteError}) does not.
	 */
	ask<T>(talk: (client: Client) => Talk<T>): Promise<T> {
		const answer = this.last.then(async () => {
			this.opened ??= this.greet();
			try {
				const { client, duplex } = await this.opened;
				return await converse(talk(client), duplex);
			} catch (error) {
				if (!(error instanceof RemoteError)) await this.end();
				throw error;
			}
		});
		this.last = answer.catch(() => {});
		return answer;
	}

	private async greet(): Promise<{ readonly client: Client; readonly duplex: Duplex }> {
		const duplex = await this.connect();
		const client = this.newClient();
		try {
			await converse(client.open(), duplex);
		} catch (error) {
			duplex.close();
			throw error;
		}
		return { client, duplex };
	}

	private async end(): Promise<void> {
		const opened = await this.opened?.catch(() => undefined);
		this.opened = undefined;
		opened?.duplex.close();
	}

	/** Ends the connection once what was asked is over. What is asked later makes another. */
	close(): Promise<void> {
		const closed = this.last.then(() => this.end());
		this.last = closed;
		return closed;
	}
}
