import type { RealiseEvent, StorePath } from "@tsnix/store";
import { parseDrvName } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";

/** Tells the user what builds and substitutions do, as they do it. */
export class BuildEvents {
	private readonly building = new Map<string, string>();

	constructor(private readonly session: Session) {}

	/** Says one thing that happened. */
	tell(event: RealiseEvent): void {
		const { log } = this.session;
		switch (event.type) {
			case "buildStarted": {
				const path = event.drvPath.toString(this.session.store.storeDir);
				this.building.set(event.drvPath.baseName, event.drvPath.name.replace(/\.drv$/, ""));
				log.info(event.mode === "check" ? `checking outputs of '${path}'...` : `building '${path}'...`);
				log.progress(`building ${[...this.building.values()].join(", ")}`);
				break;
			}
			case "substitutionStarted":
				log.info(`copying path '${event.path.toString(this.session.store.storeDir)}' from '${event.substituter}'...`);
				break;
			case "logLine": {
				const name = packageName(event.drvPath);
				if (this.session.buildLogs === "raw") log.line(level.error, event.line);
				else if (this.session.buildLogs === "named") log.line(level.error, `${name}> ${event.line}`);
				else log.progress(`building ${name}: ${event.line}`);
				break;
			}
			case "builderMessage":
				if (event.message.action === "msg") log.line(event.message.level, event.message.text);
				break;
			case "postBuildHookStarted":
				log.line(level.talkative, `running post-build-hook '${event.program}'...`);
				break;
			case "postBuildHookLine": {
				const name = packageName(event.drvPath);
				if (this.session.buildLogs === "raw") log.line(level.error, `post-build-hook: ${event.line}`);
				else if (this.session.buildLogs === "named") log.line(level.error, `${name} (post)> ${event.line}`);
				break;
			}
			case "complaint":
				log.line(level.error, event.message);
				break;
			case "buildFinished":
			case "buildFailed":
				this.building.delete(event.drvPath.baseName);
				break;
			case "error":
				log.error(event.error, this.session.settings.boolean("show-trace"));
				break;
			case "warning":
				log.warn(event.message);
				break;
			default:
		}
	}

	/** Forgets what was being built. */
	finish(): void {
		this.building.clear();
		this.session.log.progress("");
	}
}

/** What lines of a build's log are shown under: the derivation's name without its version. */
const packageName = (drvPath: StorePath): string => parseDrvName(drvPath.name.replace(/\.drv$/, "")).name;
