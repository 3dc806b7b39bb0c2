import Testing
import ZooRecords

@Suite struct MomentTests {
    @Test(arguments: [-50_400, -34_200, -3600, 0, 900, 7200, 20_700, 50_400])
    func theNumberHoldsClockAndOffset(offset: Int) {
        for clock in [0, -86_400, 1_717_372_800, 4_102_444_800, -5_000_000_000, 32_503_679_999] as [Double] {
            let moment = Moment(clock: clock, offset: offset)
            #expect(Moment(number: moment.number) == moment)
            #expect(moment.instant == clock - Double(offset))
            // Whoever takes it for plain seconds is right to half a millisecond.
            #expect(abs(moment.number - clock) < 0.0005 && moment.number >= clock)
        }
    }

    @Test func fractionsOfSecondsStayToTheMillisecond() {
        for milliseconds in [1, 499, 500, 999] {
            let clock = 1_717_372_800 + Double(milliseconds) / 1000
            let back = Moment(number: Moment(clock: clock, offset: 7200).number)
            #expect(abs(back.clock - clock) < 0.0005 && back.offset == 7200)
        }
    }

    @Test func offsetsAreWrittenAsUsual() {
        #expect(Moment.name(ofOffset: 7200) == "+02:00")
        #expect(Moment.name(ofOffset: -12_600) == "-03:30")
        #expect(Moment.name(ofOffset: 0) == "+00:00")
    }
}
