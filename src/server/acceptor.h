#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "server/connection_limits.h"
#include "server/worker.h"

namespace stator::server {

// Accepts connections on the first worker's loop and gives each to the worker that has the fewest.
// Connections of this protocol live long, so that balance is worth more than the hand-over costs;
// sockets that share a port would be dealt by a hash, which leaves some loops with twice the load.
class Acceptor {
 public:
  // `workers` is not empty; everything outlives the Acceptor.
  Acceptor(const std::vector<std::unique_ptr<Worker>>& workers, ConnectionLimits& limits);
  ~Acceptor() = default;
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Listens, before the loops run. Fails with kIo.
  base::Result<void> Listen(const std::string& host, uint16_t port);
  // Listens on a socket in the file system, which only its owner may connect to. A socket that
  // nobody listens on any more is replaced. Fails with kIo.
  base::Result<void> ListenLocally(const std::string& path);
  uint16_t port() const { return port_; }
  // Accepts no more. On the first worker's thread, or when no loop runs.
  void Close();

 private:
  using Socket = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, EventLoop::Executor>;
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        EventLoop::Executor>;

  void Await();
  void AcceptAll();
  void Pause();
  void Give(int descriptor, std::string address);

  const std::vector<std::unique_ptr<Worker>>& workers_;
  ConnectionLimits& limits_;
  Socket socket_;
  Timer pause_;
  bool is_v6_ = false;
  uint16_t port_ = 0;
  std::string path_;  // of the socket in the file system, if it is one
};

}  // namespace stator::server
