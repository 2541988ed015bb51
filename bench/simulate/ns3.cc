// SPDX-License-Identifier: Apache-2.0
// The work of udp.ts in ns-3: built and run by ns3.ts. Prints how many datagrams came, and the seconds of CPU that the simulation took.
#include <cstdio>
#include <ctime>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

using namespace ns3;

int main(int, char *argv[]) {
  const uint32_t datagrams = std::stoul(argv[1]);
  NodeContainer nodes;
  nodes.Create(4);
  InternetStackHelper stack;
  stack.Install(nodes);
  PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
  link.SetChannelAttribute("Delay", StringValue("2ms"));
  link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("100p"));
  Ipv4AddressHelper addresses;
  Ipv4InterfaceContainer last;
  for (uint32_t hop = 0; hop < 3; hop++) {
    NetDeviceContainer devices = link.Install(nodes.Get(hop), nodes.Get(hop + 1));
    Ptr<RateErrorModel> loss = CreateObject<RateErrorModel>();
    loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    loss->SetRate(0.01);
    devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    addresses.SetBase(("10.0." + std::to_string(hop) + ".0").c_str(), "255.255.255.0");
    last = addresses.Assign(devices);
  }
  Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  PacketSinkHelper sinks("ns3::UdpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5000));
  ApplicationContainer sink = sinks.Install(nodes.Get(3));
  UdpClientHelper client(last.GetAddress(1), 5000);
  client.SetAttribute("MaxPackets", UintegerValue(datagrams));
  client.SetAttribute("Interval", TimeValue(MicroSeconds(120)));
  client.SetAttribute("PacketSize", UintegerValue(1316));
  client.Install(nodes.Get(0)).Start(Seconds(1));
  Simulator::Stop(Seconds(2 + datagrams * 120e-6));
  const clock_t start = clock();
  Simulator::Run();
  const double seconds = double(clock() - start) / CLOCKS_PER_SEC;
  std::printf("%lu %f\n", (unsigned long)(DynamicCast<PacketSink>(sink.Get(0))->GetTotalRx() / 1316), seconds);
  Simulator::Destroy();
}
