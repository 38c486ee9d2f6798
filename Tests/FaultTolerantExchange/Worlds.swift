import CyclicGroups
import GroupCommunication

@testable import FaultTolerantExchange

/// What a break-in reads of what the server once had, and should have erased.
enum Remains { case nothing, privateKeys, everything }

/// A hybrid system of forward secret servers, and the ideal one that it is to be as secure as.
struct Worlds<Space: VectorSpace> {
  typealias Machine = ForwardSecretOmega<Space, SymbolicEncryption>
  typealias Input = HybridSystem<Machine>.Input
  typealias Output = HybridSystem<Machine>.Output

  var machines: [Machine]
  /// t_b of the trusted host; the machines' is the degree of their polynomial.
  var breakIns: Int
  var drawsEarly = false
  var proposalsNeeded = 1
  var remains = Remains.nothing

  private var consensus: ConsensusHost { ConsensusHost(proposalsNeeded: proposalsNeeded) }

  func hybrid(_ inputs: [Input]) throws -> JointView<Machine> {
    var system = HybridSystem(machines, consensus: consensus, .seeded(1 << 40))
    return try view(inputs) { (try system.handle($0), system.machines) }
  }

  func ideal(_ inputs: [Input]) throws -> JointView<Machine> {
    let host = KeyExchangeHost(space: machines[0].space, breakIns: breakIns, drawsEarly: drawsEarly)
    var system = ForwardSecretIdealSystem(
      IdealSystem(
        host: host, simulated: HybridSystem(machines, consensus: consensus, .seeded(2 << 40)),
        .seeded(3 << 40)))
    return try view(inputs) { (try system.handle($0), system.system.simulated.machines) }
  }

  private func view(
    _ inputs: [Input], _ handle: (Input) throws -> (outputs: [Output], states: [Machine])
  ) rethrows -> JointView<Machine> {
    var view = JointView(on: machines[0])
    var had: [[Machine.Exposed]] = machines.map { _ in [] }
    for input in inputs {
      let (outputs, states) = try handle(input)
      if remains != .nothing {
        for state in states {
          had[state.me.index] += state.exposedState.filter {
            isLeft($0) && !had[state.me.index].contains($0)
          }
        }
      }
      for output in outputs {
        view.see(output)
        if case .state(let server, _) = output { view.read(had[server.index], at: server) }
      }
    }
    return view
  }

  private func isLeft(_ exposure: Machine.Exposed) -> Bool {
    switch (remains, exposure) {
    case (.everything, _), (.privateKeys, .privateKey): true
    case (.nothing, _), (.privateKeys, .value), (.privateKeys, .ciphertext): false
    }
  }
}

extension Worlds {
  /// Whether the joint views are equally distributed over all random choices, by linear algebra.
  func areEqual<Field: FiniteField>(_ inputs: [Input]) throws -> Bool where Space == LinearForms<Field> {
    let (hybrid, ideal) = (try hybrid(inputs), try ideal(inputs))
    return hybrid.course == ideal.course
      && machines[0].space.areEquallyDistributed(hybrid.values, ideal.values)
  }
}

/// Numbers of a field that are chosen beforehand: one for each unknown that `LinearForms` would draw.
struct ChosenNumbers<Field: FiniteField>: VectorSpace {
  let scalars: Field
  var choices: [UInt64: Field.Element] = [:]

  /// Zero where it does not matter.
  subscript(_ unknown: UInt64) -> Field.Element { choices[unknown] ?? scalars.zero }

  var zero: Field.Element { scalars.zero }
  func add(_ a: Field.Element, _ b: Field.Element) -> Field.Element { scalars.add(a, b) }
  func subtract(_ a: Field.Element, _ b: Field.Element) -> Field.Element { scalars.subtract(a, b) }
  func scale(_ scalar: Field.Element, _ element: Field.Element) -> Field.Element {
    scalars.multiply(scalar, element)
  }
  func randomElement(using randomness: inout Randomness) -> Field.Element {
    self[randomness.next()]
  }
  func bytes(of element: Field.Element) -> [UInt8] { scalars.bytes(of: element) }
  func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Field.Element {
    try scalars.element(from: bytes)
  }
}

/// How often each view comes, over all choices.
struct Distribution<Value: Hashable>: Equatable {
  var counts: [Value: Int] = [:]
  var total: Int { counts.values.reduce(0, +) }

  /// Equal chances, whatever was chosen beside.
  static func == (a: Self, b: Self) -> Bool {
    let (all, others) = (a.total, b.total)
    return a.counts.count == b.counts.count
      && a.counts.allSatisfy { $0.value * others == b.counts[$0.key, default: 0] * all }
  }
}

extension Worlds {
  /// The distributions of the joint views, by one run for each of all values of all random choices that the views depend
  /// on; which are those, the views of linear forms say.
  func distributions<Field: FiniteField>(
    _ inputs: [Input]
  ) throws -> (hybrid: Distribution<[Field.Element]>, ideal: Distribution<[Field.Element]>)
  where Space == LinearForms<Field> {
    let field = machines[0].space.scalars
    func distribution(
      _ forms: JointView<Machine>,
      _ view: (Worlds<ChosenNumbers<Field>>, ChosenNumbers<Field>) throws
        -> JointView<Worlds<ChosenNumbers<Field>>.Machine>
    ) throws -> Distribution<[Field.Element]> {
      let unknowns = Set(forms.values.flatMap(\.terms).map(\.unknown)).sorted()
      var distribution = Distribution<[Field.Element]>()
      for choice in 0..<unknowns.reduce(1, { count, _ in count * field.order! }) {
        var rest = choice
        var numbers = ChosenNumbers(scalars: field)
        for unknown in unknowns {
          numbers.choices[unknown] = field.element(numbered: rest % field.order!)
          rest /= field.order!
        }
        distribution.counts[try view(over(numbers), numbers).values, default: 0] += 1
      }
      return distribution
    }
    return (
      try distribution(hybrid(inputs)) { try $0.hybrid(Self.inputs(inputs, $1)) },
      try distribution(ideal(inputs)) { try $0.ideal(Self.inputs(inputs, $1)) }
    )
  }

  private func over<Field: FiniteField>(_ numbers: ChosenNumbers<Field>) -> Worlds<ChosenNumbers<Field>> {
    Worlds<ChosenNumbers<Field>>(
      machines: forwardSecretOmegas(
        machines[0].servers, breakIns: machines[0].breakIns, numbers, SymbolicEncryption()),
      breakIns: breakIns, drawsEarly: drawsEarly, proposalsNeeded: proposalsNeeded,
      remains: remains)
  }

  /// The same with numbers for the unknown contributions.
  private static func inputs<Field: FiniteField>(
    _ inputs: [Input], _ numbers: ChosenNumbers<Field>
  ) -> [Worlds<ChosenNumbers<Field>>.Input] where Space == LinearForms<Field> {
    inputs.map { input in
      switch input {
      case .start(let session, let server, let contribution):
        .start(session, at: server, contribution: contribution.map { numbers[$0.terms[0].unknown] })
      case .deliver(let place): .deliver(place)
      case .decide(let session, let server, let proposer): .decide(session, at: server, proposalOf: proposer)
      case .crash(let server): .crash(server)
      case .breakIn(let server): .breakIn(server)
      }
    }
  }
}
