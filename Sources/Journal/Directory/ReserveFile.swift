import Glibc

/// Room on the disk that is held ready for the moment when there is none: given back, it lets the last words be written.
struct ReserveFile {
    /// Whether the room is held.
    private(set) var isHeld = false
    private let path: String
    private let bytes: Int

    /// A reserve at this path, not made yet. One that an earlier run left is taken over by `hold`.
    init(path: String, bytes: Int) {
        self.path = path
        self.bytes = bytes
    }

    /// Takes the room if the disk has it. The file is allocated for real, not sparse.
    mutating func hold() {
        guard !isHeld, bytes > 0 else { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        isHeld = posix_fallocate(descriptor, 0, off_t(bytes)) == 0
        close(descriptor)
        if !isHeld { unlink(path) }
    }

    /// Gives the room back; false when there was none to give.
    mutating func release() -> Bool {
        guard isHeld else { return false }
        isHeld = false
        return unlink(path) == 0
    }
}
