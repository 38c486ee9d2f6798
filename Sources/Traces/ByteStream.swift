internal import CZlib

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The whole lines of one source, chunk by chunk.
///
/// `base + position ..< base + limit` are the lines at hand, each with its `\n` (the last one of a source
/// gets one where it lacks it). `padding` more bytes may be loaded behind them, of no meaning.
final class ByteStream {
  enum Failure: Error {
    /// Compressed data are damaged or cut off.
    case damaged(String)
    /// `errno`, while reading.
    case system(Int32)
  }

  static let padding = 64

  private(set) var base: UnsafeMutablePointer<UInt8>
  /// Where the next line begins.
  var position = 0
  /// Behind the last whole line.
  private(set) var limit = 0
  /// Behind the last byte read.
  private(set) var filled = 0
  /// The lines before `position`.
  var line = 0
  /// The bytes taken so far from the source as it is stored.
  private(set) var stored = 0
  /// The size of the source as it is stored, where it is known.
  let size: Int?
  /// Whether the source can be opened once more and gives the same bytes.
  let isRepeatable: Bool

  private enum Origin {
    case file(Int32)
    /// From an offset that is ours alone: others may read the same open file.
    case shared(Int32, at: off_t)
    case memory([UInt8], at: Int)
  }
  private var origin: Origin
  private var capacity: Int
  private let chunk: Int
  private var atEnd = false
  private var failure: Failure?
  private var inflater: Inflater?

  /// Opens a source.
  ///
  /// - Parameter chunk: how many bytes are asked for at once.
  init(_ source: TraceSource, chunk: Int) throws(TraceError) {
    switch source {
    case .bytes(let bytes, _):
      origin = .memory(bytes, at: 0)
      size = bytes.count
      isRepeatable = true
    case .standardInput:
      let offset = lseek(0, 0, SEEK_CUR)
      if let size = try ByteStream.sizeOfRegularFile(0, source), offset >= 0 {
        origin = .shared(0, at: offset)
        self.size = max(0, size - Int(offset))
        isRepeatable = true
      } else {
        origin = .file(0)
        size = nil
        isRepeatable = false
      }
    case .file(let path):
      var file = open(path, O_RDONLY | O_CLOEXEC)
      while file < 0 && errno == EINTR { file = open(path, O_RDONLY | O_CLOEXEC) }
      guard file >= 0 else { throw TraceError.opening(path, errno) }
      do {
        size = try ByteStream.sizeOfRegularFile(file, source)
      } catch {
        close(file)
        throw error
      }
      origin = .file(file)
      isRepeatable = size != nil
    }
    self.chunk = max(1, chunk)
    capacity = self.chunk
    base = .allocate(capacity: capacity + 2 + ByteStream.padding)
  }

  deinit {
    base.deallocate()
    if case .file(let file) = origin, file > 0 { close(file) }
  }

  /// - Returns: nil for what is no regular file.
  private static func sizeOfRegularFile(_ file: Int32, _ source: TraceSource) throws(TraceError) -> Int? {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw TraceError.opening(source.name, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .noInput(file: source.name, reason: "is a folder")
    case S_IFREG: return Int(status.st_size)
    default: return nil
    }
  }

  /// The bytes read that belong to no whole line yet.
  var pending: Int { filled - position }

  /// Brings whole lines to hand once those at hand are used up (`position` is `limit`).
  ///
  /// - Returns: false at the end.
  func fill() throws(Failure) -> Bool {
    guard try fillLines() else { return false }
    (base + filled).update(repeating: 0, count: ByteStream.padding)
    return true
  }

  private func fillLines() throws(Failure) -> Bool {
    let pending = filled - position
    if pending > 0 && position > 0 { base.update(from: base + position, count: pending) }
    position = 0
    limit = 0
    filled = pending
    while true {
      if atEnd {
        if let failure { throw failure }
        guard filled > 0 else { return false }
        base[filled] = UInt8(ascii: "\n")
        filled += 1
        limit = filled
        return true
      }
      if filled == capacity { grow() }
      let count: Int
      do {
        count = try read(base + filled, capacity - filled)
      } catch {
        failure = error
        atEnd = true
        continue
      }
      guard count > 0 else {
        atEnd = true
        continue
      }
      var last = filled + count
      while last > filled && base[last - 1] != UInt8(ascii: "\n") { last -= 1 }
      let found = last > filled
      filled += count
      if found {
        limit = last
        return true
      }
    }
  }

  private func grow() {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity + 2 + ByteStream.padding)
    larger.update(from: base, count: filled)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  /// Reads unpacked bytes, at least one but at the end.
  private func read(_ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) throws(Failure) -> Int {
    if let inflater { return try inflate(inflater, buffer, count) }
    guard stored == 0 else { return try readStored(buffer, count) }
    // Gzip's two magic bytes may arrive one by one.
    var magic: (UInt8, UInt8) = (0, 0)
    var have = 0
    while have < 2 {
      let more = try withUnsafeMutableBytes(of: &magic) { (bytes) throws(Failure) -> Int in
        let start = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return try readStored(start + have, 2 - have)
      }
      guard more > 0 else { break }
      have += more
    }
    if have == 2, magic == Inflater.magic {
      let inflater = try Inflater(chunk: chunk)
      inflater.begin(with: magic)
      self.inflater = inflater
      return try inflate(inflater, buffer, count)
    }
    // `buffer` is the whole of `base` here, which has room for two bytes even where the chunk is one byte.
    buffer[0] = magic.0
    buffer[1] = magic.1
    if capacity < have { capacity = have }
    guard have == 2, count > 2 else { return have }
    return have + (try readStored(buffer + 2, count - 2))
  }

  private func inflate(
    _ inflater: Inflater, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int
  ) throws(Failure) -> Int {
    while true {
      let made = try inflater.inflate(into: buffer, count)
      if made > 0 { return made }
      let more = try readStored(inflater.input, inflater.capacity)
      guard more > 0 else {
        guard inflater.isBetweenMembers else { throw .damaged("the gzip data end too early") }
        return 0
      }
      inflater.take(more)
    }
  }

  /// Reads bytes as they are stored.
  private func readStored(_ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) throws(Failure) -> Int {
    let got: Int
    switch origin {
    case .memory(let bytes, let offset):
      got = min(count, bytes.count - offset)
      bytes.withUnsafeBufferPointer {
        if got > 0 { buffer.update(from: $0.baseAddress! + offset, count: got) }
      }
      origin = .memory(bytes, at: offset + got)
    case .file(let file):
      got = try ByteStream.retrying(file) {
        #if canImport(Glibc)
          Glibc.read(file, buffer, count)
        #elseif canImport(Musl)
          Musl.read(file, buffer, count)
        #else
          Darwin.read(file, buffer, count)
        #endif
      }
    case .shared(let file, let offset):
      got = try ByteStream.retrying(file) { pread(file, buffer, count, offset) }
      origin = .shared(file, at: offset + off_t(got))
    }
    stored += got
    return got
  }

  private static func retrying(_ file: Int32, _ body: () -> Int) throws(Failure) -> Int {
    while true {
      let got = body()
      if got >= 0 { return got }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Somebody else made the terminal or pipe non-blocking.
        var ready = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        _ = poll(&ready, 1, -1)
      default: throw .system(errno)
      }
    }
  }
}

/// zlib on gzip data of any number of members.
private final class Inflater {
  static let magic: (UInt8, UInt8) = (0x1f, 0x8b)

  let input: UnsafeMutablePointer<UInt8>
  let capacity: Int
  private let stream: UnsafeMutablePointer<z_stream>
  /// No data of a member have been seen since the last one ended.
  private(set) var isBetweenMembers = false
  /// What is wrong behind the bytes already made.
  private var failure: ByteStream.Failure?

  init(chunk: Int) throws(ByteStream.Failure) {
    capacity = max(2, min(chunk, 1 << 16))
    input = .allocate(capacity: capacity)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window, 16 asks for gzip's frame.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .system(ENOMEM) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func begin(with magic: (UInt8, UInt8)) {
    input[0] = magic.0
    input[1] = magic.1
    take(2)
  }

  /// Says that `count` new bytes stand in `input`.
  func take(_ count: Int) {
    stream.pointee.next_in = input
    stream.pointee.avail_in = UInt32(count)
  }

  /// - Returns: how many bytes it made; 0 where it needs more input.
  func inflate(into buffer: UnsafeMutablePointer<UInt8>, _ count: Int) throws(ByteStream.Failure) -> Int {
    if let failure { throw failure }
    stream.pointee.next_out = buffer
    stream.pointee.avail_out = UInt32(min(count, Int(UInt32.max)))
    let room = stream.pointee.avail_out
    while stream.pointee.avail_in > 0 && stream.pointee.avail_out == room {
      if isBetweenMembers {
        inflateReset(stream)
        isBetweenMembers = false
      }
      switch CZlib.inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isBetweenMembers = true
      case let status:
        let reason = stream.pointee.msg.map { " (\(String(cString: $0)))" } ?? ""
        let failure: ByteStream.Failure =
          status == Z_MEM_ERROR ? .system(ENOMEM) : .damaged("the gzip data are damaged\(reason)")
        guard stream.pointee.avail_out < room else { throw failure }
        self.failure = failure
      }
    }
    return Int(room - stream.pointee.avail_out)
  }
}

extension TraceError {
  /// For the `errno` of an attempt to open.
  static func opening(_ name: String, _ code: Int32) -> TraceError {
    let reason = String(cString: strerror(code))
    switch code {
    case ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, ENXIO, EBADF:
      return .noInput(file: name, reason: reason)
    default: return .inputOutput(file: name, reason: reason)
    }
  }

  /// For the `errno` of an attempt to read.
  static func reading(_ name: String, _ code: Int32) -> TraceError {
    if code == EISDIR { return opening(name, code) }
    return .inputOutput(file: name, reason: String(cString: strerror(code)))
  }
}
