extension Model {
  /// Searches the states of the model.
  ///
  /// The result depends on the model and the options only, as long as no limit of time or memory ends the search.
  ///
  /// - Parameter progress: is told now and then how far the search is, and says whether to go on.
  @inlinable
  public func explore(
    _ options: SearchOptions = SearchOptions(), progress: ((Statistics) -> Bool)? = nil
  ) -> Outcome<Self> {
    switch options.strategy {
    case .breadthFirst where options.usesFingerprints:
      Search(self, FingerprintStorage(storage), options, progress).run()
    case .breadthFirst, .depthFirst: Search(self, storage, options, progress).run()
    case .randomWalks(let seed, let count, let length):
      RandomWalks(self, options, progress, seed: seed, count: count, length: length).run()
    case .simulation(let seed, let length):
      RandomWalks(self, options, progress, seed: seed, count: nil, length: length).run()
    }
  }
}
