/** What {@link enterSandbox} is to do. Paths and texts are byte strings. */
export interface SandboxEntry {
	/** The folder that becomes the root. */
	readonly root: string;
	/** The store's folder within it. */
	readonly storeDir: string;
	/** What is mounted where, below the root, with the rights that it has there; in the order of their places. */
	readonly mounts: readonly { readonly source: string; readonly target: string }[];
	/** Is the network the host's? */
	readonly network: boolean;
	/** The size of `/dev/shm`, as `mount` takes it: `50%`. */
	readonly shmSize: string;
	/** The program of the filter of system calls, in base-16. */
	readonly filter?: string;
	readonly allowNewPrivileges: boolean;
	readonly personality: { readonly bits32: boolean; readonly linux26: boolean };
	/** The terminal that becomes output and errors. */
	readonly terminal?: string;
	/** Who the builder is, where that has to be settled here. */
	readonly user?: { readonly userId: number; readonly groupId: number };
	readonly cwd: string;
	readonly program: string;
	readonly argv: readonly string[];
	readonly env: readonly string[];
	/** Somebody outside says who may be whom in here: to be waited for. */
	readonly waitsForMaps: boolean;
	/** There is `/sys`, `/etc` may be written, and the builder is root in here. */
	readonly isRange: boolean;
	/** It runs in a cgroup of its own. */
	readonly hasCgroup: boolean;
	/** Takes the message where something fails before the builder starts. */
	readonly failures: string;
}

/** The parts of Node and of the library `koffi` that are used. */
export interface EntryTools {
	readonly fs: {
		openSync(path: Buffer, flags: string): number;
		readFileSync(path: string): Buffer;
		writeSync(fd: number, text: string): number;
		existsSync(path: Buffer): boolean;
		chmodSync(path: Buffer, mode: number): void;
		symlinkSync(target: string, path: Buffer): void;
	};
	readonly koffi: {
		load(path: null): { func(prototype: string): (...args: unknown[]) => number };
		errno(): number;
		address(value: unknown): bigint;
		alloc(type: string, length: number): unknown;
		encode(place: unknown, type: string, value: unknown): void;
		array(type: string, length: number): unknown;
	};
	readonly exit: (code: number) => void;
}

/**
 * Becomes a builder in its sandbox. Runs in a process of its own that is in fresh namespaces already, with all
 * capabilities in them: mounts what the builder sees, makes that the root, gives up its rights, and executes the
 * builder. It is the text of this function that such a process runs: it uses nothing but what it is given.
 *
 * Mounts, devices and limits are those of the reference: section "Builder Execution" of the manual.
 */
export const enterSandbox = (entry: SandboxEntry, { fs, koffi, exit }: EntryTools): void => {
	const library = koffi.load(null);
	const c = (text: string): Buffer => Buffer.from(`${text}\0`, "latin1");
	const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
	const failures = fs.openSync(bytes(entry.failures), "w");
	const reason = library.func("const char *strerror(int number)") as unknown as (number: number) => string;
	const must = (result: number, what: string): number => {
		if (result >= 0) return result;
		fs.writeSync(failures, `${what}: ${reason(koffi.errno())}`);
		exit(1);
		throw new Error(what);
	};
	const quoted = (path: string): string => `"${path.replace(/["\\]/g, "\\$&")}"`;
	const mountCall = library.func(
		"int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
	);
	const mount = (source: string, target: string, type: string, flags: number, data: string): number =>
		mountCall(c(source), c(target), c(type), flags, c(data));
	const prctl = library.func(
		"int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
	);
	const { root } = entry;
	const [bind, recursive, makePrivate, makeShared] = [4096, 16384, 262144, 1048576];

	while (entry.waitsForMaps && fs.readFileSync("/proc/self/uid_map").length === 0)
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

	// Whoever started this ends with it.
	prctl(1, 9, 0, 0, 0);
	must(library.func("int setsid(void)")(), "creating a new session");
	if (entry.terminal !== undefined) {
		const terminal = must(
			library.func("int open(const char *path, int flags)")(c(entry.terminal), 2 | 0o400),
			"opening pseudoterminal slave",
		);
		const dup2 = library.func("int dup2(int from, int to)");
		must(dup2(terminal, 2), "cannot pipe standard error into log file");
		must(dup2(2, 1), "cannot dup stderr into stdout");
	}

	if (!entry.network) {
		const socket = must(
			library.func("int socket(int domain, int type, int protocol)")(2, 2, 0),
			"cannot open IP socket",
		);
		const request = Buffer.alloc(40);
		request.write("lo");
		request.writeUInt16LE(0x1 | 0x8 | 0x40, 16);
		must(
			library.func("int ioctl(int fd, unsigned long request, void *data)")(socket, 0x8914, request),
			"cannot set loopback interface flags",
		);
	}
	must(library.func("int sethostname(const char *name, size_t length)")(c("localhost"), 10), "cannot set host name");
	must(library.func("int setdomainname(const char *name, size_t length)")(c("(none)"), 7), "cannot set domain name");

	must(mount("none", "/", "", makePrivate | recursive, ""), "unable to make '/' private");
	must(mount(root, root, "", bind, ""), `unable to bind mount ${quoted(root)}`);
	const store = `${root}${entry.storeDir}`;
	must(mount(store, store, "", bind, ""), `unable to bind mount the Nix store at ${quoted(store)}`);
	must(mount("none", store, "", makeShared, ""), `unable to make ${quoted(store)} shared`);
	for (const { source, target } of entry.mounts) {
		const place = `${root}${target}`;
		must(
			mount(source, place, "", bind | recursive, ""),
			`bind mount from ${quoted(source)} to ${quoted(place)} failed`,
		);
	}
	must(mount("none", `${root}/proc`, "proc", 0, ""), "mounting /proc");
	if (entry.isRange) must(mount("none", `${root}/sys`, "sysfs", 0, ""), "mounting /sys");
	if (fs.existsSync(bytes("/dev/shm")))
		must(mount("none", `${root}/dev/shm`, "tmpfs", 0, `size=${entry.shmSize}`), "mounting /dev/shm");
	if (fs.existsSync(bytes("/dev/pts/ptmx")) && !fs.existsSync(bytes(`${root}/dev/ptmx`))) {
		must(mount("none", `${root}/dev/pts`, "devpts", 0, "newinstance,mode=0620"), "mounting /dev/pts");
		fs.symlinkSync("/dev/pts/ptmx", bytes(`${root}/dev/ptmx`));
		fs.chmodSync(bytes(`${root}/dev/pts/ptmx`), 0o666);
	}
	if (!entry.isRange) fs.chmodSync(bytes(`${root}/etc`), 0o555);

	const unshare = library.func("int unshare(int flags)");
	must(unshare(0x20000), "unsharing mount namespace");
	if (entry.hasCgroup) must(unshare(0x2000000), "unsharing cgroup namespace");
	const chdir = library.func("int chdir(const char *path)");
	must(chdir(c(root)), `cannot change directory to ${quoted(root)}`);
	must(
		library.func("int mkdir(const char *path, unsigned int mode)")(c("real-root"), 0o500),
		"cannot create real-root directory",
	);
	const pivot = library.func("int pivot_root(const char *root, const char *old)");
	must(pivot(c("."), c("real-root")), `cannot pivot old root directory onto ${quoted(`${root}/real-root`)}`);
	must(library.func("int chroot(const char *path)")(c(".")), `cannot change root directory to ${quoted(root)}`);
	must(
		library.func("int umount2(const char *path, int flags)")(c("real-root"), 2),
		"cannot unmount real root filesystem",
	);
	must(library.func("int rmdir(const char *path)")(c("real-root")), "cannot remove real-root directory");

	if (!entry.allowNewPrivileges) must(prctl(38, 1, 0, 0, 0), "failed to set PR_SET_NO_NEW_PRIVS");
	if (entry.filter !== undefined) {
		const program = Buffer.from(entry.filter, "hex");
		const place = koffi.alloc("uint8_t", program.length);
		koffi.encode(place, koffi.array("uint8_t", program.length) as string, program);
		const header = Buffer.alloc(16);
		header.writeUInt16LE(program.length / 8, 0);
		header.writeBigUInt64LE(koffi.address(place), 8);
		const set = library.func(
			"int prctl(int option, unsigned long mode, void *program, unsigned long c, unsigned long d)",
		);
		must(set(22, 2, header, 0, 0), "unable to load seccomp BPF program");
	}
	// Sockets without a place in a file system are out of reach, where the kernel can see to that.
	const syscall = library.func("long syscall(long number, void *data, size_t size, unsigned int flags)");
	if (syscall(444, null, 0, 1) >= 6) {
		const rules = Buffer.alloc(24);
		rules.writeBigUInt64LE(1n, 16);
		const set = must(syscall(444, rules, rules.length, 0), "failed to create a landlock ruleset");
		must(
			library.func("long syscall(long number, long set, unsigned int flags)")(446, set, 0),
			"failed to apply landlock",
		);
	}
	const personality = library.func("int personality(unsigned long persona)");
	if (entry.personality.bits32) must(personality(8), "cannot set 32-bit personality");
	const persona = personality(0xffffffff);
	if (persona !== -1) personality(persona | 0x40000 | (entry.personality.linux26 ? 0x20000 : 0));

	must(chdir(c(entry.cwd)), `changing into ${quoted(entry.cwd)}`);
	// No file of ours stays open, and there are no core dumps unless the builder asks for them.
	const limits = Buffer.alloc(16);
	limits.writeBigUInt64LE(0xffffffffffffffffn, 8);
	library.func("int setrlimit(int resource, void *limits)")(4, limits);
	if (entry.user !== undefined) {
		must(library.func("int setgid(unsigned int id)")(entry.user.groupId), "setgid failed");
		must(library.func("int setuid(unsigned int id)")(entry.user.userId), "setuid failed");
		prctl(1, 9, 0, 0, 0);
		if (entry.terminal !== undefined) library.func("int fchmod(int fd, unsigned int mode)")(2, 0o600);
	}
	prctl(47, 4, 0, 0, 0);
	const header = Buffer.alloc(8);
	header.writeUInt32LE(0x20080522, 0);
	// Root keeps its capabilities, but hands none on.
	const capabilities = Buffer.alloc(24);
	if (entry.isRange) library.func("int capget(void *header, void *data)")(header, capabilities);
	for (const inheritable of [8, 20]) capabilities.writeUInt32LE(0, inheritable);
	must(library.func("int capset(void *header, void *data)")(header, capabilities), "giving up capabilities");
	const signal = library.func("void *signal(int number, intptr_t handler)");
	for (const number of [13, 25]) signal(number, 0);
	const nothingBlocked = Buffer.alloc(128);
	library.func("int sigprocmask(int how, void *set, void *old)")(2, nothingBlocked, null);
	const fcntl = library.func("int fcntl(int fd, int operation, int argument)");
	for (const fd of [0, 1, 2]) fcntl(fd, 2, 0);
	fcntl(failures, 2, 1);
	library.func("int close_range(unsigned int first, unsigned int last, int flags)")(3, 0xffffffff, 4);
	const execve = library.func("int execve(const char *path, const char **argv, const char **envp)");
	execve(c(entry.program), [...entry.argv.map(c), null], [...entry.env.map(c), null]);
	const shown = (text: string): string => `\x1b[35;1m${text}\x1b[0m`;
	const message = c(`\x1b[31;1merror:\x1b[0m executing '${shown(entry.program)}': ${shown(reason(koffi.errno()))}`);
	library.func("long write(int fd, void *data, size_t length)")(2, message, message.length - 1);
	exit(1);
};
