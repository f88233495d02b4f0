import NIOCore

/// Stands before the HTTP decoder: notes that bytes arrive, which starts the clock of a request before its header fields are complete, and
/// drops them without decoding once the connection is only waiting to be closed.
final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: HTTPConnection

    init(_ connection: HTTPConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if connection.bytesArrive() { context.fireChannelRead(data) }
    }
}
