"""The objects of Kubernetes: that they are of one another, and fit prong and its image."""

import re
import unittest

from tests import server

try:
    import yaml
except ImportError:
    yaml = None

MANIFEST = "deploy/kubernetes/prong.yaml"
DEFAULT_PORT = 8080
LABELS = {"app.kubernetes.io/name": "prong"}


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class KubernetesTest(unittest.TestCase):

    def setUp(self):
        with open(MANIFEST, encoding="ascii") as file:
            objects = list(yaml.safe_load_all(file))
        self.objects = {one["kind"]: one for one in objects}
        self.assertEqual(len(self.objects), len(objects))
        self.deployment = self.objects["Deployment"]["spec"]
        self.pod = self.deployment["template"]["spec"]
        (self.container,) = self.pod["containers"]
        # Without quotation marks, a colon would make an argument another kind of thing.
        self.assertEqual({type(argument) for argument in self.container["args"]}, {str})

    def flag(self, name: str) -> str:
        (value,) = [argument.partition("=")[2] for argument in self.container["args"]
                    if argument.startswith(f"--{name}=")]
        return value

    def seconds(self, flag: str) -> int:
        return int(re.fullmatch(r"(\d+)s", self.flag(flag))[1])

    def test_there_is_what_it_takes(self):
        self.assertEqual({kind: one["apiVersion"] for kind, one in self.objects.items()}, {
            "Deployment": "apps/v1", "Service": "v1", "PodDisruptionBudget": "policy/v1",
            "NetworkPolicy": "networking.k8s.io/v1"})
        for kind, one in self.objects.items():
            self.assertEqual(one["metadata"]["name"], "prong", kind)

    def test_each_object_is_about_the_pods(self):
        self.assertEqual(self.deployment["template"]["metadata"]["labels"], LABELS)
        self.assertEqual(self.deployment["selector"], {"matchLabels": LABELS})
        self.assertEqual(self.objects["Service"]["spec"]["selector"], LABELS)
        self.assertEqual(self.objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
                         LABELS)
        self.assertEqual(self.objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
                         LABELS)

    def test_one_may_be_stopped_while_others_serve(self):
        self.assertGreater(self.deployment["replicas"],
                           self.objects["PodDisruptionBudget"]["spec"]["minAvailable"])
        self.assertEqual(self.deployment["strategy"]["rollingUpdate"]["maxUnavailable"], 0)

    def test_there_is_the_time_to_drain(self):
        waits = self.container["lifecycle"]["preStop"]["sleep"]["seconds"]
        self.assertGreater(self.pod["terminationGracePeriodSeconds"],
                           waits + self.seconds("drain_timeout"))

    def test_the_container_can_do_no_more_than_it_must(self):
        self.assertEqual(self.container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}})
        context = self.pod["securityContext"]
        self.assertIs(context["runAsNonRoot"], True)
        self.assertGreater(context["runAsUser"], 0)
        self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertIs(self.pod["automountServiceAccountToken"], False)
        for mount in self.container["volumeMounts"]:
            self.assertIs(mount["readOnly"], True)
        self.assertNotIn("egress", self.objects["NetworkPolicy"]["spec"])
        self.assertIn("Egress", self.objects["NetworkPolicy"]["spec"]["policyTypes"])

    def test_whom_prong_believes_is_who_can_connect(self):
        self.assertTrue(self.flag("trusted_proxy"))
        (rule,) = self.objects["NetworkPolicy"]["spec"]["ingress"]
        self.assertTrue(rule["from"])
        self.assertEqual(self.flag("max_connections_per_client"), "0")

    def test_the_port_is_that_of_prong(self):
        (port,) = self.container["ports"]
        self.assertEqual(port["containerPort"], DEFAULT_PORT)
        (service,) = self.objects["Service"]["spec"]["ports"]
        (rule,) = self.objects["NetworkPolicy"]["spec"]["ingress"]
        users = [service["targetPort"], rule["ports"][0]["port"],
                 self.container["readinessProbe"]["httpGet"]["port"],
                 self.container["livenessProbe"]["tcpSocket"]["port"]]
        self.assertEqual(set(users), {port["name"]})

    def test_each_flag_is_one_of_the_server(self):
        result = server.run(*self.container["args"], "--root=/nonexistent")
        self.assertEqual(result.status, 2, result)  # and not 1, as of a wrong command line


if __name__ == "__main__":
    unittest.main(buffer=True)
