#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension TraceSource {
  /// The name in messages and reports; standard input is `-`.
  public var name: String {
    switch self {
    case .file(let path): path
    case .standardInput: "-"
    case .bytes(_, let name): name
    }
  }

  /// What a command's arguments stand for: `-` for standard input, a folder for the files in it (not in its
  /// folders) whose names end in `.jsonl` or `.jsonl.gz`, sorted by the bytes of their names.
  ///
  /// - Throws: `TraceError.noInput` for a path that does not exist or must not be read, and for a folder
  ///   without such files.
  public static func resolve(_ arguments: [String]) throws(TraceError) -> [TraceSource] {
    var sources: [TraceSource] = []
    for argument in arguments {
      if argument == "-" {
        sources.append(.standardInput)
        continue
      }
      var status = stat()
      guard stat(argument, &status) == 0 else { throw TraceError.opening(argument, errno) }
      if status.st_mode & S_IFMT == S_IFDIR {
        sources += try files(in: argument)
      } else {
        sources.append(.file(argument))
      }
    }
    return sources
  }

  private static func files(in folder: String) throws(TraceError) -> [TraceSource] {
    guard let directory = opendir(folder) else { throw TraceError.opening(folder, errno) }
    defer { closedir(directory) }
    var names: [Name] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        guard errno == 0 else {
          throw .inputOutput(file: folder, reason: String(cString: strerror(errno)))
        }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      if name.hasSuffix(".jsonl") || name.hasSuffix(".jsonl.gz") { names.append(Name(name)) }
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var files: [TraceSource] = []
    for name in names.sorted() {
      let path = prefix + name.string
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
      files.append(.file(path))
    }
    guard !files.isEmpty else {
      throw .noInput(file: folder, reason: "has no files whose names end in .jsonl or .jsonl.gz")
    }
    return files
  }
}
