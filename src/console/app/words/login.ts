// SPDX-License-Identifier: Apache-2.0
import { words } from './words';

export default words({
	vi: {
		title: 'Đăng nhập',
		user: 'Tên đăng nhập',
		password: 'Mật khẩu',
		code: 'Mã xác thực (6 chữ số)',
		codeHint: 'Mở ứng dụng xác thực trên điện thoại và nhập mã đang hiện.',
		submit: 'Đăng nhập',
		checking: 'Đang kiểm tra…',
		show: 'Hiện mật khẩu',
		capsLock: 'Phím Caps Lock đang bật.',
		wrong: 'Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.',
		factorMissing:
			'Vai trò của bạn phải có mã xác thực hai lớp, nhưng tài khoản chưa được cài đặt. Hãy liên hệ quản trị viên.',
		wait: 'Đã thử sai nhiều lần. Thử lại sau {n} giây.',
		noAnswer: 'Không liên lạc được với máy chủ. Kiểm tra đường mạng.',
		failed: 'Không đăng nhập được (mã lỗi: {code}).',
		ended: 'Phiên làm việc đã kết thúc. Đăng nhập lại để tiếp tục.',
		asking: 'Đang kết nối máy chủ…',
		subtitle: 'Trung tâm điều hành thông minh',
	},
	en: {
		title: 'Log in',
		user: 'User name',
		password: 'Password',
		code: 'Code (6 digits)',
		codeHint: 'Open the authenticator on your telephone and type the code that it shows.',
		submit: 'Log in',
		checking: 'Checking…',
		show: 'Show password',
		capsLock: 'Caps Lock is on.',
		wrong: 'The user name, the password or the code is wrong.',
		factorMissing:
			'Your role needs a second factor, and your account has none yet. Ask your administrator.',
		wait: 'Too many wrong attempts. Try again in {n} s.',
		noAnswer: 'The server cannot be reached. Check the network.',
		failed: 'Could not log in (error code: {code}).',
		ended: 'Your session has ended. Log in again to go on.',
		asking: 'Connecting to the server…',
		subtitle: 'Intelligent operations centre',
	},
});
