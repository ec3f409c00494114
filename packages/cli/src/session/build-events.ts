import { RealiseActivities, type RealiseEvent } from "@tsnix/store";
import type { Session } from "../session";

/** Tells the user what builds and substitutions do, as they do it. */
export class BuildEvents {
	private activities: RealiseActivities | undefined;

	constructor(private readonly session: Session) {}

	/** Says one thing that happened. */
	tell(event: RealiseEvent): void {
		const { session } = this;
		const { log } = session;
		this.activities ??= new RealiseActivities(session.store.storeDir, {
			nextId: () => log.nextId(),
			tell: (message) => log.tell(message),
			line: (level, text) => log.line(level, text),
			warn: (text) => log.warn(text),
			error: (error) => log.error(error, session.settings.boolean("show-trace")),
		});
		this.activities.event(event);
	}

	/** The realisation is over. */
	finish(): void {
		this.activities?.end();
		this.activities = undefined;
	}
}
