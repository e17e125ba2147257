#!/usr/bin/env python3
"""What is measured, and whether that is all that there are targets for."""

import unittest

from tools.bench import plan, servers


class PlanTest(unittest.TestCase):

    def test_each_target_is_measured(self):
        for target in plan.TARGETS:
            for placement in target.placements:
                with self.subTest(target):
                    self.assertTrue(any(
                        experiment.load == target.load and experiment.placement == placement
                        and {target.server, target.against} <= set(experiment.servers)
                        for experiment in plan.EXPERIMENTS))

    def test_each_server_can_take_its_load(self):
        for experiment in (*plan.EXPERIMENTS, *plan.GROWTH,
                           *plan.matrix(plan.SIZES, plan.CONNECTIONS, True, True, servers.NAMES,
                                        [plan.PINNED])):
            for name in experiment.servers:
                with self.subTest(experiment.name(), server=name):
                    kind = servers.KINDS[name]
                    self.assertTrue(kind.persists or not experiment.load.persistent)
                    self.assertLessEqual(experiment.load.size, kind.max_size)

    def test_only_what_is_asked_for(self):
        (experiment,) = plan.matrix([plan.KIB], [16], logged=False, unconfined=False,
                                    servers=["bare limit"], placements=[plan.FREE])
        self.assertEqual(experiment.servers, ("bare limit",))
        self.assertEqual(experiment.placement, plan.FREE)
        asked = plan.default(logged=False, unconfined=False, servers=["prong", "nginx"],
                             placements=[plan.PINNED])
        names = {name for experiment in asked for name in experiment.servers}
        self.assertEqual(names, {"prong", "nginx", "prong" + servers.IDLE,
                                 "prong" + servers.PRIORITIZED})

    def test_where_the_time_goes_is_asked_of_those_servers_alone(self):
        asked = plan.breakdowns(logged=False, unconfined=True, servers=["prong"])
        self.assertEqual(asked[0].servers, ("prong", "prong" + servers.UNCONFINED))
        self.assertEqual(asked[1].servers, ("prong",))

    def test_a_matrix_has_variants_where_they_are_asked_for(self):
        (experiment,) = plan.matrix([0], [1], logged=True, unconfined=True,
                                    servers=["prong"], placements=[plan.PINNED])[:1]
        self.assertEqual(experiment.servers, ("prong", "prong" + servers.LOGGED,
                                              "prong" + servers.UNCONFINED))

    def test_when_a_target_is_met(self):
        rate = plan.TARGETS[0]
        self.assertTrue(rate.at_least)
        self.assertTrue(rate.is_met(rate.bound))
        self.assertFalse(rate.is_met(rate.bound - 0.01))
        cpu = next(target for target in plan.TARGETS if not target.at_least)
        self.assertTrue(cpu.is_met(cpu.bound))
        self.assertFalse(cpu.is_met(cpu.bound + 0.01))


if __name__ == "__main__":
    unittest.main()
