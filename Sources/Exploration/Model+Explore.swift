extension Model {
  /// Searches the states of the model.
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
    case .randomWalks, .simulation: fatalError()
    }
  }
}
